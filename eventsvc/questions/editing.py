"""Asking another question, wording one anew, and asking one no more. In the caller's transaction, which holds the event.

A wording that somebody may have answered is never changed: a new one comes, with the next number. Before the event is
published nobody can have answered, and from then on a person may be answering at this moment.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import selectinload

from eventsvc import clock
from eventsvc.db import core, db
from eventsvc.errors import NotFound
from eventsvc.events import editing
from eventsvc.events.models import Event, EventStatus
from eventsvc.events.tickets import TicketType
from eventsvc.i18n import _, language_name
from eventsvc.questions import arrangement, gaps
from eventsvc.questions.arrangement import Unfit, place
from eventsvc.questions.models import Kind, OptionLimit, Question, Version
from eventsvc.questions.ready import SLUGS
from eventsvc.questions.wordings import Choice, Wording, columns, free_slug

Count = Callable[[Event], Mapping[int, int]]
"""How many people hold each limited option now, by the id of its limit. Answers are sealed, and lie above us."""

_answers = sa.table("answers", sa.column("question_id"), sa.column("version_id"))


def every(event: Event) -> list[Question]:
    """The questions of an event with all their wordings, in order, also those that are asked no more. Read anew."""
    rows = db.session.scalars(
        sa.select(Question)
        .where(Question.event_id == event.id)
        .order_by(Question.position, Question.id)
        .options(selectinload(Question.versions))
        .execution_options(populate_existing=True)
    )
    return list(rows)


def one(event: Event, question_id: int) -> Question:
    """The question with this id, if the event asks it or did. Read anew. Raises NotFound."""
    found = next((each for each in every(event) if each.id == question_id), None)
    if found is None:
        raise NotFound
    return found


def current(question: Question) -> Version:
    """The wording that is asked."""
    return question.versions[-1]


def is_answered(question: Question) -> bool:
    """Has anybody answered it, in any wording?"""
    return _exists(_answers.c.question_id == question.id)


def kept_days(question: Question, event: Event) -> int:
    """So many days after the end of the event its answers go."""
    own = question.retention_days
    return event.retention_days if own is None else min(own, event.retention_days)


def add(
    event: Event, kind: Kind, wording: Wording, *, retention_days: int | None = None, slug: str = "", asked: bool = True
) -> Question:
    """A new question, after all others; its slug is made from its label, unless given. Raises Unfit."""
    others = every(event)
    values = _checked(event, kind, wording, None, others, asked=asked)
    _check_retention(event, None, retention_days)
    question = Question(
        event_id=event.id,
        slug=slug or free_slug(wording.label, [*(each.slug for each in others), *SLUGS], event.languages),
        position=max((each.position for each in others), default=-1) + 1,
        asked=asked,
        retention_days=retention_days,
        versions=[Version(kind=kind, number=1, created_at=clock.now(), **values)],
    )
    db.session.add(question)
    db.session.flush()
    _set_limits(event, question, wording.choices)
    editing.touch(event)
    return question


def change(
    event: Event, question: Question, wording: Wording, *, retention_days: int | None = None, count: Count | None = None
) -> bool:
    """Word it so from now on; False where nothing is other than it was. Earlier answers keep their wording. Raises Unfit.

    `count` tells how many people have an option that gets a limit only now.
    """
    version = current(question)
    kind = Kind(version.kind)
    values = _checked(event, kind, wording, question, every(event), asked=question.asked)
    _check_retention(event, question, retention_days)
    changed = {name for name, value in values.items() if getattr(version, name) != value}
    if changed:
        _word(event, question, values)
    other = [bool(changed), _set_limits(event, question, wording.choices, count)]
    if question.retention_days != retention_days:
        question.retention_days = retention_days
        other.append(True)
    if any(other):
        editing.touch(event)
    return any(other)


def _word(event: Event, question: Question, values: Mapping[str, Any]) -> None:
    version = current(question)
    if event.status == EventStatus.DRAFT and not _exists(_answers.c.version_id == version.id):
        for name, value in values.items():
            setattr(version, name, value)
    else:
        new = Version(kind=version.kind, number=version.number + 1, created_at=clock.now(), **values)
        question.versions.append(new)
    db.session.flush()


def withdraw(event: Event, question: Question) -> None:
    """Ask it no more; what was answered stays. Raises Unfit where another question depends on it."""
    if question.asked:
        _check_order(event, [each for each in every(event) if each.asked and each.id != question.id])
        question.asked = False
        editing.touch(event)


def bring_back(event: Event, question: Question) -> None:
    """Ask it again, in its place. Raises Unfit where its condition has gone, or a text is missing."""
    if not question.asked:
        _refuse_gaps(event, current(question))
        _check_order(event, [each for each in every(event) if each.asked or each.id == question.id], question.id)
        question.asked = True
        editing.touch(event)


def remove(event: Event, question: Question) -> None:
    """As if it had never been there. Raises Unfit where somebody answered it, or another one depends on it."""
    db.session.refresh(question, with_for_update=True)  # who is answering at this moment is waited for
    if is_answered(question):
        raise Unfit("", _("People have answered this question. It can be asked no more, but not be removed."))
    _check_order(event, [each for each in every(event) if each.asked and each.id != question.id])
    _forget_wordings_that_point_at(question)
    db.session.execute(sa.delete(OptionLimit).where(OptionLimit.question_id == question.id))
    db.session.delete(question)
    db.session.flush()
    editing.touch(event)


def move(event: Event, question: Question, *, down: bool) -> bool:
    """Change places with the one before it, or after it; False at the end. Raises Unfit where a condition forbids it."""
    asked = [each for each in every(event) if each.asked]
    here = next((n for n, each in enumerate(asked) if each.id == question.id), None)
    there = None if here is None else here + (1 if down else -1)
    if here is None or there is None or not 0 <= there < len(asked):
        return False
    asked[here], asked[there] = asked[there], asked[here]
    _check_order(event, asked)
    asked[here].position, asked[there].position = asked[there].position, asked[here].position
    editing.touch(event)
    return True


def _checked(
    event: Event, kind: Kind, wording: Wording, question: Question | None, others: Sequence[Question], *, asked: bool
) -> dict[str, Any]:
    """The columns of the version; its place among the others is possible."""
    values = columns(kind, wording, question.versions if question else (), event.languages)
    if unknown := set(wording.ticket_types) - _ticket_types(event):
        raise Unfit("ticket_types", _("There is no ticket type “%(name)s”.", name=min(unknown)))
    if asked:
        proposed = Version(kind=kind, **values)
        _refuse_gaps(event, proposed)
        own = place(question, proposed, event.languages)
        places = _places(event, [each for each in others if each.asked])
        if question:
            places = [own if each.question_id == question.id else each for each in places]
        arrangement.check(places if question else [*places, own], own.question_id)
    return values


def _check_order(event: Event, asked: Iterable[Question], edited: int | None = None) -> None:
    arrangement.check(_places(event, asked), edited)


def _places(event: Event, asked: Iterable[Question]) -> list[arrangement.Place]:
    return [place(each, current(each), event.languages) for each in asked]


def _refuse_gaps(event: Event, version: Version) -> None:
    """Where people can register already, a question is asked in every language of the event or not yet at all."""
    if event.status != EventStatus.DRAFT and (found := gaps.lacking(version, event.languages)):
        tag, text = found[0]
        part = "options" if text.startswith("option.") else f"{text}_{tag}"
        raise Unfit(part, _("Write this in %(language)s too: the event is published.", language=language_name(tag)))


def _check_retention(event: Event, question: Question | None, days: int | None) -> None:
    if days is not None and days > event.retention_days:
        said = _("At most %(days)s days: then all personal data of the event are erased.", days=event.retention_days)
        raise Unfit("retention_days", said)
    if question is None or not is_answered(question):
        return
    promised = kept_days(question, event)
    if (event.retention_days if days is None else days) > promised:
        said = _(
            "People have answered, and agreed that their answers are erased %(days)s days after the end. "
            "You can choose fewer days, not more.",
            days=promised,
        )
        raise Unfit("retention_days", said)


def _set_limits(event: Event, question: Question, choices: Sequence[Choice], count: Count | None = None) -> bool:
    """One row for each option that has a limit, and no other; True where one is new, gone or another."""
    slugs = [option["slug"] for option in current(question).options]
    wanted = {slug: c.size for slug, c in zip(slugs, choices, strict=False) if c.size is not None}
    rows = db.session.scalars(sa.select(OptionLimit).where(OptionLimit.question_id == question.id)).all()
    before = {row.option: row.size for row in rows}
    for row in rows:
        if row.option in wanted:
            row.size = wanted[row.option]
        else:
            db.session.delete(row)
    new = [
        OptionLimit(event_id=event.id, question_id=question.id, option=slug, size=size)
        for slug, size in wanted.items()
        if slug not in before
    ]
    db.session.add_all(new)
    db.session.flush()
    if new and count is not None:
        taken = count(event)
        for row in new:
            row.taken = taken.get(row.id, 0)
        db.session.flush()
    return before != wanted


def _ticket_types(event: Event) -> set[str]:
    return set(db.session.scalars(sa.select(TicketType.slug).where(TicketType.event_id == event.id)))


def _forget_wordings_that_point_at(question: Question) -> None:
    """Earlier wordings of other questions that nobody answered; any other one is in the way. Raises Unfit."""
    for version in db.session.scalars(sa.select(Version).where(Version.depends_on_id == question.id)):
        owner = db.session.get_one(Question, version.question_id)
        if version is current(owner):
            raise Unfit("", _("Another question depends on this one: change its condition, or remove it first."))
        if _exists(_answers.c.version_id == version.id):
            raise Unfit("", _("The answers to another question depended on this one. It cannot be removed."))
        owner.versions.remove(version)
    db.session.flush()


def _exists(condition: sa.ColumnElement[bool]) -> bool:
    return bool(core().scalar(sa.select(sa.exists().where(condition).select_from(_answers))))
