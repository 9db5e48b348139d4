"""Confirming one's address, by the link in the first letter: the page that asks, and the act."""

from flask import redirect
from flask.typing import ResponseReturnValue

from eventsvc.accounts.access import everyone
from eventsvc.db import attempt, transaction
from eventsvc.errors import Full, NotFound, Refusal
from eventsvc.events.tickets import Approval
from eventsvc.i18n import _
from eventsvc.i18n import lazy_gettext as _l
from eventsvc.registration import answers, confirming, forgetting
from eventsvc.registration.forms import OwnForm
from eventsvc.registration.mine import bp, button, hold, own_url, refusal_page, refuse_if_fixed, registration_of
from eventsvc.registration.models import Registration, Status
from eventsvc.registration.options import OptionFull
from eventsvc.registration.pages import page
from eventsvc.registration.parties import party_of
from eventsvc.registration.people import person
from eventsvc.registration.window import refuse_unless_open


class NothingToConfirm(NotFound):
    """The same for a registration that lapsed, of which nothing is kept, and for a link that never was."""

    sentence = _l(
        "There is nothing to confirm at this address. A link to confirm works for 48 hours; after that nothing is kept "
        "of the registration, and you are welcome to register again."
    )


@bp.get("/r/<secret>/confirmation")
@everyone
def confirmation_form(secret: str) -> ResponseReturnValue:
    mine = _registration_of(secret)
    if refusal := _refusal(mine):
        return _refused(mine, secret, refusal)
    if mine.status != Status.UNCONFIRMED:
        return redirect(own_url("own.show", secret))
    return _page(mine, secret, button(secret))


@bp.post("/r/<secret>/confirmation")
@everyone
def confirm(secret: str) -> ResponseReturnValue:
    mine = _registration_of(secret)
    form = button(secret, sent=True)
    if refusal := _refusal(mine):
        return _refused(mine, secret, refusal), refusal.status
    if mine.status == Status.UNCONFIRMED:
        if not form.accepted():
            return _page(mine, secret, form), form.status
        try:
            attempt(lambda: _confirm(mine, secret))
        except NotFound:
            raise NothingToConfirm from None
        except Refusal as refusal:
            return _refused(mine, secret, refusal), refusal.status
    return redirect(own_url("own.show", secret), 303)


def _registration_of(secret: str) -> Registration:
    try:
        return registration_of(secret)
    except NotFound:
        raise NothingToConfirm from None


def _refusal(mine: Registration) -> Refusal | None:
    """Why this cannot be confirmed any more, or not now; also None for who has done so before."""
    if mine.status == Status.UNCONFIRMED:
        try:
            refuse_unless_open(mine.event)
        except Refusal as refusal:
            return refusal
    return None


def _page(mine: Registration, secret: str, form: OwnForm) -> str:
    party = party_of(mine, Status.UNCONFIRMED)
    until = mine.registered_at + forgetting.KEPT
    return page(
        "registration/confirmation.html",
        mine.event,
        secret=secret,
        form=form,
        who=person(mine),
        people=len(party),
        decided=any(each.ticket_type.approval != Approval.NONE for each in party),
        until=until.astimezone(mine.event.starts_local.tzinfo),
    )


def _refused(mine: Registration, secret: str, refusal: Refusal) -> str:
    """Who finds no place may try again as long as the link works; who chose what is gone chooses otherwise."""
    if isinstance(refusal, OptionFull):
        if refusal.option_limit_id in answers.limits_chosen([mine.id]):
            advice = _("Change what you chose, and then confirm: your registration is kept until then.")
            return refusal_page(mine, secret, refusal, advice, "own.answers_form")
        advice = _("One of the people you registered chose it. Please register again, and choose something else.")
        return refusal_page(mine, secret, refusal, advice)
    if isinstance(refusal, Full):
        advice = _("Your address is not confirmed yet, so you can come back to this link: a place may become free.")
        return refusal_page(mine, secret, refusal, advice)
    return refusal_page(mine, secret, refusal)


def _confirm(mine: Registration, secret: str) -> None:
    with transaction():
        hold(mine, secret)
        if mine.status == Status.UNCONFIRMED:
            refuse_if_fixed(mine)
            confirming.confirm_address(mine)
