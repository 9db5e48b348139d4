"""The demonstration: real kinds of events, moved to the coming weeks, and made-up people to fill them."""

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from itertools import product
from pathlib import Path
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from eventsvc import clock
from eventsvc.events.file_shape import EventFile, read, shaped, tables_of
from eventsvc.events.files import Imported
from eventsvc.events.models import Event
from eventsvc.settings import project_folder

AHEAD = (16, 30, 44, 58)
"""Days from today after which each event of the file may begin at the earliest, so that they do not all fall together."""

BEHIND, SCHOOL = -40, 37

Take = Callable[..., list[Imported]]
"""Takes in a file, as `files.apply` does."""


class MadeUp(NamedTuple):
    """A person who does not exist."""

    name: str
    email: str
    language: str


def make_demo(take: Take) -> list[Event]:
    """Organizations and published events, in the caller's transaction. People are for registration to fill in."""
    folder = project_folder("config") / "demo"
    take(read(folder / "organizations.toml"))
    made = take(_moved(folder / "events.toml", AHEAD), publish=True)
    made += take(_moved_with(folder / "events.toml", folder / "summit.toml"), publish=True)
    made += take(_moved(folder / "school.toml", (SCHOOL,)), publish=True)
    made += take(_moved(folder / "past.toml", (BEHIND,)), publish=True)
    return [each.event for each in made]


def people(number: int) -> Iterator[MadeUp]:
    """So many made-up people, each with an address of their own; always the same ones."""
    given = ("Ana", "José", "María", "Noé", "Ixchel", "Rosa", "Tomás", "Wendy", "Luz", "Óscar", "Emma", "Grace")
    family = ("Ajanel", "Castro", "Domínguez", "Flores", "García", "Hernández", "Ixcoy", "López", "Miller", "Nájera",
              "Ortiz", "Pérez", "Quiñónez", "Ramírez", "Smith")  # fmt: skip
    pairs = list(product(family, given))
    for position in range(number):
        last, first = pairs[position * 7 % len(pairs)]
        language = "en" if last in {"Miller", "Smith"} else "es"
        yield MadeUp(f"{first} {last}", f"person-{position + 1}@example.org", language)


def _moved(path: Path, ahead: tuple[int, ...]) -> EventFile:
    tables = tables_of(path)
    tables["event"] = [moved(event, days) for event, days in zip(tables["event"], ahead, strict=True)]
    return shaped(tables)


def _moved_with(leading: Path, following: Path) -> EventFile:
    """The events of the second file, moved by as much as the first event of the first one."""
    tables = tables_of(following)
    weeks = _weeks(tables_of(leading)["event"][0], AHEAD[0])
    tables["event"] = [_later(event, weeks) for event in tables["event"]]
    return shaped(tables)


def moved(event: dict[str, Any], days: int) -> dict[str, Any]:
    """An event of a file, later by whole weeks so that it begins at least so many days from today.

    Weekday and wall time stay as they were.
    """
    weeks = _weeks(event, days)
    return {key: _later(value, weeks) for key, value in event.items()}


def _weeks(event: dict[str, Any], days: int) -> timedelta:
    today = clock.now().astimezone(ZoneInfo(event["timezone"])).date()
    return timedelta(weeks=-((event["starts"].date() - today - timedelta(days=days)).days // 7))


def _later(value: Any, by: timedelta) -> Any:
    if isinstance(value, date):  # a moment is one, too
        return value + by
    if isinstance(value, dict):
        return {key: _later(each, by) for key, each in value.items()}
    return [_later(each, by) for each in value] if isinstance(value, list) else value
