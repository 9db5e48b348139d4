"""A place is offered to me: the page that asks, accepting, and leaving it to the next in line."""

from collections.abc import Callable

from flask import redirect
from flask.typing import ResponseReturnValue

from eventsvc.accounts.access import everyone
from eventsvc.db import attempt, transaction
from eventsvc.errors import Refusal
from eventsvc.registration import answering, offering, parties
from eventsvc.registration.forms import OwnForm
from eventsvc.registration.mine import (
    bp,
    button,
    hold,
    own_url,
    refusal_page,
    refuse_if_fixed,
    registration_of,
    why_fixed,
)
from eventsvc.registration.models import Registration, Status
from eventsvc.registration.offering import OfferOver
from eventsvc.registration.own_standing import offer_until
from eventsvc.registration.pages import page
from eventsvc.registration.people import person


@bp.get("/r/<secret>/offer")
@everyone
def offer(secret: str) -> ResponseReturnValue:
    mine = registration_of(secret)
    if refusal := _refusal(mine):
        return refusal_page(mine, secret, refusal)
    if mine.status != Status.OFFERED:  # answered already, or still waiting
        return redirect(own_url("own.show", secret))
    return _offer_page(mine, secret, button(secret))


@bp.post("/r/<secret>/offer/acceptance")
@everyone
def accept_offer(secret: str) -> ResponseReturnValue:
    return _answer(secret, answering.accept, Status.CONFIRMED)


@bp.post("/r/<secret>/offer/refusal")
@everyone
def refuse_offer(secret: str) -> ResponseReturnValue:
    return _answer(secret, answering.refuse, Status.CONFIRMED, Status.CANCELLED)


def _answer(secret: str, act: Callable[[Registration], bool], *answered: Status) -> ResponseReturnValue:
    """Sent twice it is done once: who has `answered` is shown how it stands, and can still cancel there."""
    mine = registration_of(secret)
    form = button(secret, sent=True)
    if refusal := _refusal(mine):
        return refusal_page(mine, secret, refusal), refusal.status
    if mine.status == Status.OFFERED and not form.accepted():
        return _offer_page(mine, secret, form), form.status
    try:
        attempt(lambda: _unit(mine, secret, act, *answered))
    except Refusal as refusal:
        return refusal_page(mine, secret, refusal), refusal.status
    return redirect(own_url("own.show", secret), 303)


def _unit(mine: Registration, secret: str, act: Callable[[Registration], bool], *answered: Status) -> None:
    with transaction():
        hold(mine, secret)
        if mine.status in answered:
            return
        if mine.status == Status.OFFERED:
            refuse_if_fixed(mine)
        act(mine)


def _refusal(mine: Registration) -> Refusal | None:
    """Why this offer can no longer be answered; None also where there is none."""
    if mine.status == Status.OFFERED:
        return why_fixed(mine) or (OfferOver() if offering.is_over(mine) else None)
    return OfferOver() if mine.status == Status.EXPIRED and mine.queued_at else None


def _offer_page(mine: Registration, secret: str, form: OwnForm) -> str:
    return page(
        "registration/offer.html",
        mine.event,
        secret=secret,
        form=form,
        offer_until=offer_until(mine),
        guests=[person(guest).name for guest in parties.guests_of(mine, Status.OFFERED)],
    )
