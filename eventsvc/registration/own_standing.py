"""How it stands with my registration: all that its page tells, gathered."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

from flask import current_app

from eventsvc import clock
from eventsvc.i18n import language, said
from eventsvc.questions import kinds
from eventsvc.registration import (
    answers,
    asking,
    handover,
    log,
    offering,
    own_calendar,
    own_history,
    parties,
    switching,
    waitlist,
)
from eventsvc.registration.answers import Given
from eventsvc.registration.mine import may_return, own_url, why_fixed
from eventsvc.registration.models import LIVE, Registration, Status
from eventsvc.registration.people import person


class Guest(NamedTuple):
    """Somebody without an address of their own, whose letters come to me."""

    name: str
    status: Status


def facts_of(mine: Registration, secret: str) -> dict[str, Any]:
    """What the page says, by name."""
    event, seated = mine.event, mine.status == Status.CONFIRMED
    given = answers.of(mine)
    return {
        "at": clock.now(),
        "mine": mine,
        "who": person(mine),
        "secret": secret,
        "ticket_type": said(mine.ticket_type.name, event.languages),
        "join_url": event.join_url if seated and event.is_online else "",
        "queue_place": waitlist.place_in_queue(mine),
        "offer_until": offer_until(mine),
        "ended": own_history.ended_as(log.lines_of(mine)),
        "may_return": may_return(mine),
        "answers": _said(mine, given),
        "guests": [Guest(person(each).name, Status(each.status)) for each in parties.guests_of(mine, *Status)],
        "history": own_history.history_of(mine),
        "data_until": event.personal_data_until.astimezone(event.starts_local.tzinfo),
        "may_have_calendar": own_calendar.may_have_one(mine),
        "erasure": own_url("retention.erasure", secret) if "retention.erasure" in current_app.view_functions else "",
        **_acts(mine, given),
    }


def offer_until(mine: Registration) -> datetime | None:
    """Until when the place is held, in the zone of the event; None where none is, or no longer."""
    if mine.offer_until is None or offering.is_over(mine):
        return None
    return mine.offer_until.astimezone(mine.event.starts_local.tzinfo)


def _acts(mine: Registration, given: Sequence[Given]) -> dict[str, Any]:
    """What can be done, and what should be."""
    refusal = why_fixed(mine)
    asks = refusal is None and bool(asking.asked_of(mine))
    return {
        "refusal": refusal,
        "asks": asks,
        "owes": asks and asking.is_owed(mine, given),
        "may_switch": refusal is None and bool(switching.ways(mine)),
        "may_hand_over": refusal is None and handover.may_be_handed_over(mine),
        "is_live": mine.status in LIVE,
    }


def _said(mine: Registration, given: Sequence[Given]) -> list[tuple[str, str]]:
    """Each question and its answer, in the wording that was answered."""
    return [
        (said(each.version.label, mine.event.languages), kinds.said(each.value, each.version, language()))
        for each in given
    ]
