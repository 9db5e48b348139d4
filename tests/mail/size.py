"""How large the tests with a misbehaving mail server are: small in every run, large when asked for.

`MAILS=1000 COURIER_KILLS=50 python -m pytest -s tests/mail/test_faults.py tests/mail/test_crashes.py` prints the figures.
"""

import os

MAILS = int(os.environ.get("MAILS", "200"))
KILLS = int(os.environ.get("COURIER_KILLS", "10"))
IS_LARGE = "MAILS" in os.environ


def tell(line: str) -> None:
    """A line of figures, in a large run."""
    if IS_LARGE:
        print(f"\n  {line}", flush=True)  # noqa: T201 - what a large run is for
