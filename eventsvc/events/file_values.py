"""What a value in an event file may be, and the sentence for one that may not."""

import re
from datetime import datetime
from typing import Annotated, Literal

from pydantic import AfterValidator, BeforeValidator, ConfigDict, Field

from eventsvc.events.slugs import LONGEST, keeps_its_letters, slugify
from eventsvc.i18n import _
from eventsvc.zones import is_zone

LARGEST = 1_000_000
STRICT = ConfigDict(extra="forbid", strict=True, frozen=True)
"""For every table of the file: an unknown key is an error, and a number is no text."""
_TAG = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*")
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\u2028\u2029]")


def _slug(value: str) -> str:
    if not keeps_its_letters(value):
        raise ValueError(_("a slug has the signs a to z, 0 to 9 and -"))
    if slugify(value) != value:
        raise ValueError(_("not a slug; write %(slug)s", slug=slugify(value)))
    return value


def _tag(value: str) -> str:
    if not _TAG.fullmatch(value):
        raise ValueError(_("not a language tag such as en, es or quc"))
    return value


def _zone(value: str) -> str:
    if not is_zone(value):
        raise ValueError(_("not a time zone such as America/Guatemala"))
    return value


def wall_time(value: object) -> object:
    """A local date and time as TOML has them: no date alone, no offset."""
    if not isinstance(value, datetime):
        raise ValueError(_("write a date and a time, such as 2030-06-07T17:00:00"))  # noqa: TRY004 - pydantic's way
    if value.tzinfo:
        raise ValueError(_("write the local time without an offset; the time zone has a key of its own"))
    if not 1990 <= value.year <= 2200:  # further away, sums of times leave what a calendar holds
        raise ValueError(_("check the year: it lies too far away"))
    return value.replace(microsecond=0)


def _clean(value: str) -> str:
    if _CONTROL.search(value):
        raise ValueError(_("holds a control character"))
    return value.strip()


def _one_line(value: str) -> str:
    if "\n" in value or "\t" in value:
        raise ValueError(_("must stand on one line"))
    return value


def _web_address(value: str) -> str:
    if value and not re.fullmatch(r"https?://[^\s/]+(/\S*)?", value):
        raise ValueError(_("write a web address that begins with https://"))
    return value


Slug = Annotated[str, Field(min_length=1, max_length=LONGEST), AfterValidator(_slug)]
Tag = Annotated[str, AfterValidator(_tag)]
Prose = Annotated[str, Field(max_length=50_000), AfterValidator(_clean)]
Line = Annotated[str, Field(max_length=500), AfterValidator(_clean), AfterValidator(_one_line)]
Name = Annotated[Line, Field(min_length=1, max_length=300)]
WebAddress = Annotated[str, Field(max_length=2000), AfterValidator(_web_address)]
WallTime = Annotated[datetime, BeforeValidator(wall_time)]
Zone = Annotated[str, AfterValidator(_zone)]
Capacity = Annotated[int, Field(ge=0, le=LARGEST)]
Days = Annotated[int, Field(ge=0, le=1095)]
Fold = Annotated[int, Field(ge=0, le=1)]
Names = Annotated[dict[Tag, Name], Field(min_length=1)]
Texts = dict[Tag, Prose]
Country = Annotated[str, Field(pattern="^([A-Z]{2})?$")]
Attending = Literal["in_person", "online", "hybrid"]
Approving = Literal["none", "keeps_seat", "seat_after"]
