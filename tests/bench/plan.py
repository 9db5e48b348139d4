"""How long everything runs."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Plan:
    times: int  # runs of each thing; the median counts
    seconds: float  # of each run
    warm: float  # seconds before each run that do not count
    seats: int  # transactions in each run
    rows: int  # in the export
    visits: float  # seconds of visitors at a fixed rate
    crowds: tuple[int, int] = (1_000, 100_000)  # people registered already, when one more does
    feed: int = 1_000  # events in the large feed
    mails: int = 50_000  # for the courier
    is_quick: bool = False


FULL = Plan(times=3, seconds=1.5, warm=0.3, seats=600, rows=100_000, visits=12)
QUICK = Plan(
    times=1,
    seconds=0.3,
    warm=0.1,
    seats=40,
    rows=3_000,
    visits=1,
    crowds=(100, 1_000),
    feed=60,
    mails=600,
    is_quick=True,
)
