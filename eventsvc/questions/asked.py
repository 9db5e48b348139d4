"""What an event asks now, read once for each of its versions and kept in this process.

Which options are full changes with every registration, so that is a tiny query of its own.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any

import sqlalchemy as sa
from flask import current_app, has_app_context
from sqlalchemy.orm import aliased

from eventsvc.db import Glance, LanguageMap, db
from eventsvc.events.models import Event
from eventsvc.events.pages import Shelf
from eventsvc.questions.models import OptionLimit, Question, Version

SHELF = "eventsvc.questions.asked"

_FULL = Glance(
    sa.select(OptionLimit.id).where(
        OptionLimit.event_id == sa.bindparam("event_id"), OptionLimit.taken >= OptionLimit.size
    )
)
_VERSION = Glance(sa.select(Event.version).where(Event.id == sa.bindparam("event_id")))


@dataclass(frozen=True)
class Asked:
    """One question in the wording that is asked now."""

    question_id: int
    version_id: int
    slug: str
    kind: str
    label: LanguageMap
    help: LanguageMap = field(default_factory=dict)
    purpose: LanguageMap = field(default_factory=dict)
    required: bool = False
    options: tuple[Mapping[str, Any], ...] = ()
    limits: Mapping[str, Any] = field(default_factory=dict)
    ticket_types: tuple[str, ...] = ()
    depends_on_id: int | None = None
    depends_on_options: tuple[str, ...] = ()
    retention_days: int | None = None
    option_limits: Mapping[str, int] = field(default_factory=dict)  # slug of an option to the id of its limit


def questions_of(event_id: int, version: int) -> tuple[Asked, ...]:
    """What this version of the event asks, in order. Whoever changes a question must raise the event's version."""
    shelf: Shelf[tuple[Asked, ...]] = current_app.extensions.setdefault(SHELF, Shelf())
    kept = shelf.find((event_id, version))
    if kept is not None:
        return kept
    asked = _read(event_id)
    if [version] == [row[0] for row in _VERSION.rows(event_id=event_id)]:  # committed, and still the newest
        shelf.put((event_id, version), asked)
    return asked


def full_options(event_id: int, asked: Sequence[Asked] | None = None) -> frozenset[int]:
    """The limits, by id, of the options that nobody more can choose. Where none of `asked` has any, nothing is asked for."""
    if asked is not None and not any(question.option_limits for question in asked):
        return frozenset()
    return frozenset(row[0] for row in _FULL.rows(event_id=event_id))


def _read(event_id: int) -> tuple[Asked, ...]:
    of_question = aliased(Version)
    newest = sa.select(sa.func.max(of_question.number)).where(of_question.question_id == Question.id).scalar_subquery()
    rows = db.session.execute(
        sa.select(
            Version.__table__,
            Question.slug,
            Question.retention_days,
            OptionLimit.id.label("limit_id"),
            OptionLimit.option.label("limited"),
        )
        .join(Question, Question.id == Version.question_id)
        .join(OptionLimit, OptionLimit.question_id == Question.id, isouter=True)
        .where(Question.event_id == event_id, Question.asked, Version.number == newest)
        .order_by(Question.position, Question.id, OptionLimit.id)
    )
    return tuple(_asked(list(same)) for _, same in groupby(rows, key=lambda row: row.question_id))


def _asked(rows: list[Any]) -> Asked:
    """One question from its rows, one for each limited option."""
    row = rows[0]
    options = tuple(row.options)
    slugs = {option["slug"] for option in options}
    return Asked(
        question_id=row.question_id,
        version_id=row.id,
        slug=row.slug,
        kind=row.kind,
        label=row.label,
        help=row.help,
        purpose=row.purpose,
        required=row.required,
        options=options,
        limits=row.limits,
        ticket_types=tuple(row.ticket_types),
        depends_on_id=row.depends_on_id,
        depends_on_options=tuple(row.depends_on_options),
        retention_days=row.retention_days,
        option_limits={each.limited: each.limit_id for each in rows if each.limited in slugs},
    )


@sa.event.listens_for(Event, "after_insert")
def _forget(_mapper: object, _connection: object, event: Event) -> None:
    """SQLite may give a new row the id of one that was deleted."""
    shelf: Shelf[tuple[Asked, ...]] = current_app.extensions.get(SHELF, Shelf()) if has_app_context() else Shelf()
    for key in [key for key in shelf if isinstance(key, tuple) and key[0] == event.id]:
        del shelf[key]
