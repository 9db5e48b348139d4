"""Erase all that is kept about me: the page that asks once more, the act, and the receipt."""

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from eventsvc import clock, tokens
from eventsvc.accounts.access import everyone
from eventsvc.errors import NotFound
from eventsvc.events.models import EventStatus
from eventsvc.i18n import language
from eventsvc.registration import links
from eventsvc.registration.forms import OwnForm
from eventsvc.registration.mine import registration_of
from eventsvc.registration.models import LIVE, Registration
from eventsvc.registration.pages import page
from eventsvc.retention import receipts, runs

bp = Blueprint("retention", __name__)


@bp.get("/r/<secret>/erasure")
@everyone
def erasure(secret: str) -> str:
    return _question(registration_of(secret), secret, _form(secret))


@bp.post("/r/<secret>/erasure")
@everyone
def erase(secret: str) -> ResponseReturnValue:
    """Sent twice it is done once: whoever has nothing left is told so, not that the page does not exist."""
    if links.by_secret(secret) is None:
        return redirect(url_for("retention.erased"), 303)
    mine = registration_of(secret)
    form = _form(secret, sent=True)
    if not form.accepted():
        return _question(mine, secret, form), form.status
    tag = language()
    receipt = runs.erase_on_request(mine.id)
    return redirect(url_for("retention.erased", reference=receipt.hash.hex() if receipt else None, lang=tag), 303)


@bp.get("/<lang:lang>/erased/<reference>")
@bp.get("/<lang:lang>/erased")
@everyone
def erased(reference: str = "") -> str:
    receipt = receipts.find(reference) if reference else None
    if reference and (receipt is None or receipt.reason != "request"):
        raise NotFound
    return render_template("retention/erased.html", receipt=receipt, reference=reference)


def _form(secret: str, *, sent: bool = False) -> OwnForm:
    return OwnForm(request.form if sent else None, tokens.digest(secret).hex())


def _question(mine: Registration, secret: str, form: OwnForm) -> str:
    event = mine.event
    ahead = event.status == EventStatus.PUBLISHED and not event.is_past(clock.now())
    return page(
        "retention/erasure.html", event, mine=mine, secret=secret, form=form, is_live=mine.status in LIVE, ahead=ahead
    )
