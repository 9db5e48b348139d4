"""Texts of questions that a language of the event lacks, beside those of the event itself."""

from collections.abc import Iterator, Sequence

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from eventsvc.db import LanguageMap, db
from eventsvc.events import editing
from eventsvc.events.models import Event
from eventsvc.questions.models import Question, Version


def gaps(event: Event) -> list[tuple[str, str]]:
    """All that is missing before the event can be published, as (language, field), in the order of its languages.

    What belongs to a question is `question.<slug>.<text>`; the text is `label`, `help`, `purpose` or `option.<slug>`.
    """
    found = editing.gaps(event)
    for question, version in _asked(event):
        found += [(tag, f"question.{question.slug}.{text}") for tag, text in lacking(version, event.languages)]
    return sorted(found, key=lambda gap: event.languages.index(gap[0]))


def lacking(version: Version, languages: Sequence[str]) -> list[tuple[str, str]]:
    """What this wording lacks, as (language, text). A help or purpose that no language has is none that lacks."""
    return [
        (tag, name)
        for tag in languages
        for name, text in _texts(version)
        if not text.get(tag) and (name not in {"help", "purpose"} or any(text.values()))
    ]


def _texts(version: Version) -> Iterator[tuple[str, LanguageMap]]:
    yield "label", version.label
    yield "help", version.help
    yield "purpose", version.purpose
    for option in version.options:
        yield f"option.{option['slug']}", option["label"]


def _asked(event: Event) -> list[tuple[Question, Version]]:
    other = aliased(Version)
    newest = sa.select(sa.func.max(other.number)).where(other.question_id == Question.id).scalar_subquery()
    rows = db.session.execute(
        sa.select(Question, Version)
        .join(Version, Version.question_id == Question.id)
        .where(Question.event_id == event.id, Question.asked, Version.number == newest)
        .order_by(Question.position, Question.id)
    )
    return [(question, version) for question, version in rows]
