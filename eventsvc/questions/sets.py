"""Taking ready-made questions into an event, in the languages that it and they have in common."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import NamedTuple

import sqlalchemy as sa

from eventsvc.db import LanguageMap, db
from eventsvc.events.models import Event, EventStatus
from eventsvc.events.tickets import TicketType
from eventsvc.i18n import LANGUAGES, language_name, speaking
from eventsvc.languages import primary
from eventsvc.questions import editing
from eventsvc.questions.arrangement import answers
from eventsvc.questions.models import Question
from eventsvc.questions.ready import SETS
from eventsvc.questions.ready.shape import Ready, ReadySet
from eventsvc.questions.wordings import Choice, Wording


class Added(NamedTuple):
    """The questions that are new, and the languages of the event in which their texts have to be written yet.

    Where people can register already, questions with such gaps are there, but not asked.
    """

    questions: list[Question]
    lacking: list[str]


def is_taken_in(ready: ReadySet, questions: Sequence[Question]) -> bool:
    """Has the event every question of this set?"""
    return {question.slug for question in ready} <= {question.slug for question in questions}


def add(event: Event, name: str) -> Added:
    """Take in what the event does not have of this set, in the caller's transaction. Raises KeyError, and Unfit."""
    lacking = [tag for tag in event.languages if primary(tag) not in LANGUAGES]
    asked = event.status == EventStatus.DRAFT or not lacking
    known = {question.slug: question for question in editing.every(event)}
    new = []
    for ready in SETS[name]:
        if ready.slug not in known and _can_follow(ready, known, asked=asked):
            known[ready.slug] = _take_in(event, ready, known, asked=asked)
            new.append(known[ready.slug])
    return Added(new, lacking if new else [])


def _can_follow(ready: Ready, known: Mapping[str, Question], *, asked: bool) -> bool:
    """Is what it depends on still there as it was made?"""
    if ready.after is None:
        return True
    slug, options = ready.after
    earlier = known.get(slug)
    if earlier is None or (asked and not earlier.asked):
        return False
    version = editing.current(earlier)
    return set(options) <= set(answers(version.kind, version.options))


def _take_in(event: Event, ready: Ready, known: Mapping[str, Question], *, asked: bool) -> Question:
    wording = Wording(
        label=_texts(ready.label, event.languages),
        help=_texts(ready.help, event.languages),
        purpose=_texts(ready.purpose, event.languages),
        required=ready.required,
        choices=tuple(_choices(ready, event)),
        limits={"most": ready.most} if ready.most else {},
        ticket_types=_ticket_types(ready, event),
    )
    if ready.after:
        slug, options = ready.after
        wording = replace(wording, depends_on_id=known[slug].id, depends_on_options=options)
    days = None if ready.retention_days is None else min(ready.retention_days, event.retention_days)
    return editing.add(event, ready.kind, wording, retention_days=days, slug=ready.slug, asked=asked)


def _texts(texts: LanguageMap, languages: Sequence[str]) -> LanguageMap:
    """In the languages of the event that we speak; where there is none, in our first one, so that there is something."""
    common = {tag: texts[primary(tag)] for tag in languages if primary(tag) in texts}
    return common or {tag: texts[tag] for tag in LANGUAGES[:1] if tag in texts}


def _choices(ready: Ready, event: Event) -> list[Choice]:
    spoken = dict.fromkeys([*event.languages, *event.interpretation]) if ready.asks_languages else {}
    named = [Choice(_texts(_names(tag), event.languages), tag.lower()) for tag in spoken]
    return [*named, *(Choice(_texts(label, event.languages), slug) for slug, label in ready.options.items())]


def _names(tag: str) -> LanguageMap:
    """What this language is called in each of ours."""
    names = {}
    for own in LANGUAGES:
        with speaking(own):
            names[own] = _capital(language_name(tag))
    return names


def _capital(name: str) -> str:
    return name[:1].upper() + name[1:]


def _ticket_types(ready: Ready, event: Event) -> tuple[str, ...]:
    if not ready.ticket_type:
        return ()
    has_it = sa.select(TicketType.id).where(TicketType.event_id == event.id, TicketType.slug == ready.ticket_type)
    return (ready.ticket_type,) if db.session.scalar(has_it) else ()
