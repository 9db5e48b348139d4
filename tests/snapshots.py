"""Pictures of every page to look at: `python -m tests.snapshots FOLDER [PAGE …]` writes them and FOLDER/index.html.

Every page of tests/pages/inventory.py, or those named; 360, 768 and 1280 wide, light and dark, English and Spanish.
"""

import sys
import tempfile
from pathlib import Path

from tests.pages import snapshots, stage
from tests.servers import chromium


def main(words: list[str]) -> int:
    """The exit code is 2 where no folder is named."""
    if not words or words[0].startswith("-"):
        print(__doc__)
        return 2
    folder, *pages = words
    with (
        tempfile.TemporaryDirectory() as data,
        stage.services(Path(data)) as services,
        chromium.launch() as browser,
    ):
        shots = snapshots.take(browser, services, Path(folder), pages=pages)
    print(f"{len(shots)} pictures; look at {Path(folder) / 'index.html'}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
