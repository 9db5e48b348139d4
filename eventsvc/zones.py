"""Which IANA time zones there are, and which instant a wall clock in one of them means."""

import zoneinfo
from datetime import UTC, datetime
from functools import lru_cache
from importlib import resources
from typing import Literal
from zoneinfo import ZoneInfo

import tzdata  # type: ignore[import-untyped]  # no stubs

# One source of zone data for every process on every machine: the pinned tzdata package, not whatever the system carries.
zoneinfo.reset_tzpath(to=())
ZoneInfo.clear_cache()

RELEASE: str = tzdata.IANA_VERSION
"""Of the zone data, as IANA counts: "2026f" is newer than "2026e"."""

Standing = Literal["exists", "missing", "doubled"]


class UnknownZone(ValueError):
    """Not the name of an IANA time zone."""

    def __init__(self, zone: str) -> None:
        super().__init__(f"unknown time zone: {zone[:60]!r}")
        self.zone = zone


class WallTimeRefused(ValueError):
    """A wall time that does not name exactly one instant."""

    def __init__(self, local: datetime, zone: str) -> None:
        super().__init__(f"{local:%Y-%m-%d %H:%M} in {zone}: {self.reason}")
        self.local, self.zone = local, zone

    reason = "not one instant"


class MissingTime(WallTimeRefused):
    """The clocks are put forward over this time: it never happens."""

    reason = "the clocks skip this time"


class DoubledTime(WallTimeRefused):
    """The clocks are put back over this time: it happens twice, and nobody said which."""

    reason = "the clocks show this time twice"


def local_instant(local: datetime, zone: str, fold: int | None = None) -> datetime:
    """The UTC instant of a wall time as typed; `fold` says which of the two (0 or 1) where an hour occurs twice.

    Raises UnknownZone, MissingTime, and DoubledTime if the hour occurs twice and `fold` is None.
    """
    meant = readings(local, zone)
    if not meant:
        raise MissingTime(local, zone)
    if len(meant) == 2 and fold is None:
        raise DoubledTime(local, zone)
    return meant[fold if fold and len(meant) == 2 else 0].astimezone(UTC)


def derived_instant(local: datetime, zone: str, fold: int) -> datetime:
    """The UTC instant of a stored wall time under today's zone data; never refuses.

    New data may have put the clocks forward over it: then it moves forward by as much, as PEP 495 has it.
    """
    return _naive(local).replace(tzinfo=zone_named(zone), fold=fold).astimezone(UTC)


def first_time(local: datetime, zone: str) -> datetime:
    """When a clock in the zone shows this stored wall time, aware; the first moment where it does so twice.

    What opens at that time opens then. A time that new data made the clocks skip moves forward, as in `derived_instant`.
    """
    return _naive(local).replace(tzinfo=zone_named(zone))


def last_time(local: datetime, zone: str) -> datetime:
    """The same, but the second moment where there are two: what closes or is kept back until then ends no earlier."""
    place = zone_named(zone)
    return max((_naive(local).replace(tzinfo=place, fold=fold) for fold in (0, 1)), key=datetime.timestamp)


def standing(local: datetime, zone: str) -> Standing:
    """Whether the clocks of the zone ever show this wall time, and whether they do so twice."""
    kinds: tuple[Standing, ...] = ("missing", "exists", "doubled")
    return kinds[len(readings(local, zone))]


def readings(local: datetime, zone: str) -> tuple[datetime, ...]:
    """The moments at which a clock in the zone shows this wall time, in order: none, one or two."""
    place = zone_named(zone)
    both = [_naive(local).replace(tzinfo=place, fold=fold) for fold in (0, 1)]
    try:
        instants = [moment.astimezone(UTC) for moment in both]
        shown = [
            m
            for m, i in zip(both, instants, strict=True)
            if i.astimezone(place).replace(tzinfo=None) == m.replace(tzinfo=None)
        ]
    except OverflowError:  # the years 1 and 9999: no calendar reaches there
        return ()
    return tuple(shown if instants[0] != instants[1] else shown[:1])


def zone_named(name: str) -> ZoneInfo:
    """The zone of this name; raises UnknownZone (ZoneInfo itself raises half a dozen things on a bad name)."""
    if not is_zone(name):
        raise UnknownZone(name)
    return ZoneInfo(name)


def is_zone(name: str) -> bool:
    """Whether an event may be in this zone: any IANA name, old ones too."""
    return name in every_zone()


@lru_cache(maxsize=1)
def known_zones() -> tuple[str, ...]:
    """The names to choose from, sorted: one or more for each country, without the old and doubled names, and UTC."""
    rows = _data("zoneinfo/zone.tab").splitlines()
    places = {row.split("\t")[2] for row in rows if row and not row.startswith("#")}
    return tuple(sorted((places & every_zone()) | {"UTC"}))


@lru_cache(maxsize=1)
def every_zone() -> frozenset[str]:
    """All names of zones, old and doubled ones too."""
    return frozenset(_data("zones").split()) - {"Factory"}


def _data(path: str) -> str:
    return resources.files("tzdata").joinpath(path).read_text(encoding="utf-8")


def _naive(local: datetime) -> datetime:
    if local.tzinfo is not None:
        raise ValueError("a wall time has no offset: its zone says what it means")
    return local
