"""The shape of an event file: which keys there are, and what a value may be. Nothing here knows the database."""

import tomllib
from collections import Counter
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, Field, ValidationError, model_validator

from eventsvc.errors import WrongValue
from eventsvc.events.file_questions import QuestionEntry
from eventsvc.events.file_values import (
    LARGEST,
    STRICT,
    Approving,
    Attending,
    Capacity,
    Country,
    Days,
    Fold,
    Line,
    Name,
    Names,
    Prose,
    Slug,
    Tag,
    Texts,
    WallTime,
    WebAddress,
    Zone,
    wall_time,
)
from eventsvc.i18n import _


class BadFile(WrongValue):
    """An event file that cannot be taken. The message names the line, or the path of the value."""

    code = "bad_file"


class Entry(BaseModel):
    """A table of the file."""

    model_config = STRICT


class OrganizationEntry(Entry):
    name: Name
    names: dict[Tag, Name] = {}
    abbreviation: Line = ""
    country: Country = ""
    website: WebAddress = ""
    contact: Line = ""


class NamedEntry(Entry):
    """A programme or a tag."""

    slug: Slug
    name: Names


class VenueEntry(Entry):
    name: Line = ""
    street: Line = ""
    locality: Line = ""
    region: Line = ""
    postal_code: Line = ""
    country: Country = ""


class TicketTypeEntry(Entry):
    """Only the one ticket type of an event may have no name."""

    slug: Slug
    name: dict[Tag, Name] = {}
    capacity: Capacity | None = None
    description: Texts = {}
    approval: Approving = "none"
    opens: WallTime | None = None
    closes: WallTime | None = None


class QuotaEntry(Entry):
    """A limit over several ticket types; the room over all of them is the event's `capacity`."""

    name: Annotated[Line, Field(max_length=100)] = ""
    capacity: Capacity | None = None
    ticket_types: Annotated[list[Slug], Field(min_length=1)]


def _no_file_yet(_value: object) -> object:
    raise ValueError(_("files cannot be handed out yet; leave this out, and give people the title and the time"))


def _released(value: object) -> object:
    return None if value == "at start" else wall_time(value)


class MaterialEntry(Entry):
    title: Names
    file: Annotated[str, BeforeValidator(_no_file_yet)] = ""
    released: Annotated[datetime | None, BeforeValidator(_released)] = None


class Occasion(Entry):
    """What an event and a session of one have in common. Wall times are naive, in the event's zone."""

    title: Names
    summary: Texts = {}
    description: Texts = {}
    starts: WallTime
    ends: WallTime
    starts_fold: Fold | None = None
    ends_fold: Fold | None = None
    capacity: Capacity | None = None


class SessionEntry(Occasion):
    attendance: Attending | None = None
    venue: VenueEntry | None = None
    join_url: WebAddress | None = None


class EventEntry(Occasion):
    slug: Slug
    kind: Prose = ""
    languages: Annotated[list[Tag], Field(min_length=1, max_length=20)]
    access: Texts = {}
    contact: Texts = {}
    timezone: Zone
    attendance: Attending
    visibility: Literal["public", "unlisted", "invitation"] = "public"
    host: Name
    co_hosts: list[Name] = []
    programme: Slug | None = None
    tags: list[Slug] = []
    venue: VenueEntry = VenueEntry()
    join_url: WebAddress = ""
    interpretation: list[Tag] = []
    registration_opens: WallTime | None = None
    registration_closes: WallTime | None = None
    waitlist: bool = True
    waitlist_most: Annotated[int, Field(ge=0, le=LARGEST)] = 0  # no end
    offer_hours: Annotated[int, Field(ge=0, le=240)] = 0  # nobody is asked
    confirms_address: bool = False
    party_most: Annotated[int, Field(ge=1, le=10)] = 1
    promote_late: bool = False
    retention_days: Days = 30
    ticket_type: list[TicketTypeEntry] = []
    quota: list[QuotaEntry] = []
    question: list[QuestionEntry] = []
    material: Annotated[list[MaterialEntry], BeforeValidator(lambda v: [v] if isinstance(v, dict) else v)] = []
    session: list[SessionEntry] = []

    @model_validator(mode="after")
    def _sessions_make_a_programme(self) -> "EventEntry":
        if self.session and self.programme:
            raise ValueError(_("an event with sessions makes a programme of its own; leave one of the two out"))
        return self


class EventFile(Entry):
    event: list[EventEntry] = []
    organization: list[OrganizationEntry] = []
    programme: list[NamedEntry] = []
    tag: list[NamedEntry] = []


def read(source: Path | str) -> EventFile:
    """The file at a path, or a text, checked by itself. Raises BadFile with the first thing that is wrong."""
    return shaped(tables_of(source))


def tables_of(source: Path | str) -> dict[str, Any]:
    """The file as TOML has it, its keys and values unseen."""
    text = _text_of(source) if isinstance(source, Path) else source
    try:
        return tomllib.loads(text.removeprefix("\ufeff"))
    except ValueError as error:  # also a number of too many digits
        raise BadFile(_("The file is not valid TOML: %(reason)s", reason=error)) from None
    except RecursionError:
        raise BadFile(_("Lists or tables lie too deep inside each other in this file.")) from None


def shaped(tables: dict[str, Any]) -> EventFile:
    """Keys and values checked, each by itself."""
    try:
        return EventFile.model_validate(tables)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        raise wrong(path_of(first["loc"]), _reason(first)) from None


def _text_of(path: Path) -> str:
    try:
        return path.read_text("utf-8")
    except UnicodeDecodeError:
        raise BadFile(_("%(file)s is not a text in UTF-8.", file=path)) from None
    except OSError as error:
        raise BadFile(_("%(file)s cannot be read: %(reason)s", file=path, reason=error.strerror)) from None


def wrong(path: str, reason: str) -> BadFile:
    """The refusal of one value."""
    return BadFile(f"{path}: {reason}")


def refuse_twins(path: str, names: Iterable[str], key: str) -> None:
    """Raises BadFile where a name stands there twice."""
    seen: Counter[str] = Counter()
    for number, name in enumerate(names, 1):
        seen[name] += 1
        if seen[name] > 1:
            raise wrong(f"{path}[{number}].{key}", _("%(name)s stands in the file twice", name=name))


def path_of(loc: tuple[int | str, ...]) -> str:
    """As a person counts: the second event is `event[2]`."""
    path = ""
    for part in loc:
        if isinstance(part, int):
            path += f"[{part + 1}]"
        elif part != "[key]":
            path += f".{part}" if path else part
    return path


def _reason(error: Any) -> str:
    """What pydantic found, in a sentence of ours."""
    said = error.get("ctx") or {}
    reasons = {
        "missing": _("is missing"),
        "extra_forbidden": _("is not a key we know"),
        "string_type": _("must be a text in quotes"),
        "int_type": _("must be a whole number"),
        "bool_type": _("must be true or false"),
        "list_type": _("must be a list"),
        "dict_type": _("must be given per language, such as title.en"),
        "model_type": _("must be a table"),
        "literal_error": _("must be one of %(values)s", values=said.get("expected", "")),
        "string_pattern_mismatch": _("must be a country code of two capital letters, such as GT"),
        "string_too_long": _("is too long; %(most)s at most", most=said.get("max_length")),
        "string_too_short": _("is empty"),
        "too_short": _("is empty"),
        "too_long": _("is too long; %(most)s at most", most=said.get("max_length")),
        "greater_than_equal": _("must be %(least)s or more", least=said.get("ge")),
        "less_than_equal": _("must be %(most)s or less", most=said.get("le")),
        "value_error": str(said.get("error", "")),
    }
    return reasons.get(error["type"]) or _("is not valid")
