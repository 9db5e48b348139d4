"""What Lighthouse gives home, event, form and result, in each language: `python -m tests.lighthouse [en es …]`.

Served over http on this machine, which browsers trust like https. Times are those of a simulated slow phone; a busy
machine makes them worse, so look at them on a quiet one.
"""

import sys
import tempfile
from pathlib import Path

from tests.pages import stage
from tests.pages.inventory import named
from tests.servers import lighthouse

PAGES = tuple(map(named, ("home", "event-plenty", "form-open", "result-confirmed")))


def main(languages: list[str]) -> int:
    """The exit code is 0 whatever the scores: the table says them."""
    with (
        tempfile.TemporaryDirectory() as folder,
        stage.services(Path(folder)) as services,
        lighthouse.looking() as look_at,
    ):
        wanted = {services.address(page, tag): f"{tag} {page.name}" for tag in languages or ["en"] for page in PAGES}
        found = look_at(list(wanted))
    print("page".ljust(24) + "".join(name.rjust(16) for name in lighthouse.CATEGORIES))
    for address, seen in found.items():
        print(wanted[address].ljust(24) + "".join(str(seen.scores[name]).rjust(16) for name in lighthouse.CATEGORIES))
        print("  " + ", ".join(f"{name} {value}" for name, value in seen.times.items()))
        for audit, why in seen.short.items():
            print(f"  {audit}: {why}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
