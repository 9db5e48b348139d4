"""What a ready-made question says."""

from dataclasses import dataclass, field

from eventsvc.db import LanguageMap
from eventsvc.questions.models import Kind

A_WEEK = 7


def text(en: str, es: str, pt: str, fr: str) -> LanguageMap:
    """The same in all four languages."""
    return {"en": en, "es": es, "pt": pt, "fr": fr}


@dataclass(frozen=True)
class Ready:
    """A question before it is an event's. Options by slug; `after` names a question of the same set and answers to it."""

    slug: str
    kind: Kind
    label: LanguageMap
    purpose: LanguageMap
    help: LanguageMap = field(default_factory=dict)
    options: dict[str, LanguageMap] = field(default_factory=dict)
    asks_languages: bool = False  # its options begin with the languages spoken at the event
    required: bool = False
    most: int | None = None  # signs
    after: tuple[str, tuple[str, ...]] | None = None
    retention_days: int | None = None  # None: with all the rest
    ticket_type: str = ""  # asked of this one only, where the event has it


ReadySet = tuple[Ready, ...]
