"""The shape of the questions in an event file. What they become is decided above, in `questions/files`."""

from datetime import date, datetime
from typing import Annotated, Literal

from pydantic import BaseModel, BeforeValidator, Field

from eventsvc.events.file_values import STRICT, Capacity, Days, Name, Names, Slug, Tag, Texts
from eventsvc.i18n import _

QuestionKind = Literal[
    "short_text",
    "long_text",
    "one_of",
    "several_of",
    "yes_no",
    "number",
    "date",
    "country",
    "language",
    "consent",
]


def _bound(value: object) -> object:
    if isinstance(value, bool | datetime) or not isinstance(value, int | float | date):
        raise ValueError(_("must be a number, or a day such as 2030-06-07"))  # noqa: TRY004 - pydantic's way
    return value


Bound = Annotated[int | float | date, BeforeValidator(_bound)]
Options = Annotated[list[Slug], Field(min_length=1)]


class Part(BaseModel):
    """A table of a question."""

    model_config = STRICT


class OptionEntry(Part):
    """Something to choose; `capacity`: only so many people may."""

    slug: Slug
    label: Names
    capacity: Capacity | None = None


class ConditionEntry(Part):
    """Asked only where one of these options was chosen at an earlier question."""

    question: Slug
    options: Options


class QuestionEntry(Part):
    """`least` and `most` count characters or options, or are numbers or days, as the kind has it."""

    slug: Slug
    kind: QuestionKind
    label: Names
    help: Texts = {}
    purpose: dict[Tag, Name] = {}
    required: bool = False
    least: Bound | None = None
    most: Bound | None = None
    decimals: bool = False
    ticket_types: list[Slug] = []
    depends_on: ConditionEntry | None = None
    retention_days: Days | None = None
    option: list[OptionEntry] = []
