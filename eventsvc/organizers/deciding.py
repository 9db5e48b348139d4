"""Deciding about people who asked to come: each party in a transaction of its own, and what became of all of them."""

import logging
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from enum import StrEnum
from uuid import UUID

from flask import flash
from flask_wtf import FlaskForm
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from wtforms import TextAreaField
from wtforms.validators import Length

from eventsvc import clock
from eventsvc.accounts.access import account
from eventsvc.db import Again, attempt, is_busy, transaction
from eventsvc.errors import Full, Refusal, describe
from eventsvc.events.models import Event, EventStatus
from eventsvc.i18n import lazy_gettext as _l
from eventsvc.i18n import ngettext
from eventsvc.organizers.fields import clean_text
from eventsvc.organizers.gate import hold
from eventsvc.registration import approval, log
from eventsvc.registration.log import Actor
from eventsvc.registration.models import Registration, Status
from eventsvc.registration.parties import party_of
from eventsvc.registration.queries import one

_log = logging.getLogger(__name__)

Rule = Callable[[Registration, Actor, str], bool]
RULES: dict[str, Rule] = {"approve": approval.approve, "decline": approval.decline}


class Fate(StrEnum):
    """What became of a person by a decision."""

    PLACED = "placed"
    WAITS = "waits"
    DECLINED = "declined"
    SETTLED = "settled"  # nobody had to decide any more
    NO_PLACE = "no_place"
    LEFT = "left"  # not tried, or in vain


class DecisionForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF is published without types
    """The organizers' own words to whom they decide about."""

    note = TextAreaField(
        _l("Your words to them"),
        [Length(max=2000, message=_l("This text is too long: at most %(max)d characters."))],
        filters=[clean_text],
    )


def may_approve(event: Event) -> bool:
    """Will the event take place, so that there is something to approve people for?"""
    return event.status == EventStatus.PUBLISHED and not event.is_past(clock.now())


def decide(event: Event, chosen: Sequence[UUID], decision: str, note: str) -> Counter[Fate]:
    """Approve or decline the parties of these people, one after the other; how many people came to what.

    What is done stays done, whatever becomes of the others. Raises EventCancelled or Past.
    """
    tally: Counter[Fate] = Counter()
    actor = log.organizer(account().id)
    for position, registration_id in enumerate(chosen):
        fates, may_go_on = _decide_one(event, registration_id, RULES[decision], actor, note)
        tally.update(fates)
        if not may_go_on:
            tally[Fate.LEFT] += len(chosen) - position - 1
            break
    return tally


def _decide_one(
    event: Event, registration_id: UUID, rule: Rule, actor: Actor, note: str
) -> tuple[Iterable[Fate], bool]:
    """What became of each person of the party; and False where the database is too busy for the next one.

    Whoever of them cancelled meanwhile is left out; the others are decided all the same.
    """
    found = one(event, registration_id)
    party = party_of(found, Status.PENDING) if found else ()
    if not party:
        return [Fate.SETTLED], True
    try:
        done = attempt(lambda: _decide(event, party[0], rule, actor, note))
    except Full:
        return [Fate.NO_PLACE] * len(party), True
    except Refusal:
        raise
    except Exception as error:  # noqa: BLE001 - what was done with the parties before this one has to be told
        _log.error("a decision about a party failed: %s", describe(error))
        return [Fate.LEFT] * len(party), not _is_busy(error)
    return ([_fate(each) for each in party] if done else [Fate.SETTLED] * len(party)), True


def _decide(event: Event, first: Registration, rule: Rule, actor: Actor, note: str) -> bool:
    with transaction():
        hold(event)
        return rule(first, actor, note)


def _is_busy(error: Exception) -> bool:
    return isinstance(error, Again | PoolTimeout) or (isinstance(error, DBAPIError) and is_busy(error))


def _fate(registration: Registration) -> Fate:
    if registration.status == Status.DECLINED:
        return Fate.DECLINED
    return Fate.PLACED if registration.status == Status.CONFIRMED else Fate.WAITS


def say_what_became(tally: Counter[Fate]) -> None:
    """One sentence for each fate, on the next page; what still needs somebody stands out."""
    for fate, category in (
        (Fate.PLACED, "message"),
        (Fate.WAITS, "message"),
        (Fate.DECLINED, "message"),
        (Fate.SETTLED, "warning"),
        (Fate.NO_PLACE, "warning"),
        (Fate.LEFT, "warning"),
    ):
        if tally[fate]:
            flash(_sentence(fate, tally[fate]), category)


def _sentence(fate: Fate, people: int) -> str:
    return {
        Fate.PLACED: ngettext(
            "%(num)s person is approved and has a place.", "%(num)s people are approved and have a place.", people
        ),
        Fate.WAITS: ngettext(
            "%(num)s person is approved and is on the waitlist: all places are taken.",
            "%(num)s people are approved and are on the waitlist: all places are taken.",
            people,
        ),
        Fate.DECLINED: ngettext("%(num)s person is declined.", "%(num)s people are declined.", people),
        Fate.SETTLED: ngettext(
            "About %(num)s person there was nothing to decide any more: somebody else was quicker, or they cancelled.",
            "About %(num)s people there was nothing to decide any more: somebody else was quicker, or they cancelled.",
            people,
        ),
        Fate.NO_PLACE: ngettext(
            "For %(num)s person there is no place, and nobody more can wait. They are still to be decided, and have "
            "not been written to.",
            "For %(num)s people there is no place, and nobody more can wait. They are still to be decided, and have "
            "not been written to.",
            people,
        ),
        Fate.LEFT: ngettext(
            "%(num)s person is still to be decided: something went wrong on our side. Please try again.",
            "%(num)s people are still to be decided: something went wrong on our side. Please try again.",
            people,
        ),
    }[fate]
