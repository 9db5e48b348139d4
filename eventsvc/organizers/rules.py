"""Registration rules: what the form asks for first, and how the waitlist moves."""

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_wtf import FlaskForm
from wtforms import BooleanField
from wtforms.validators import InputRequired, NumberRange, Optional

from eventsvc.accounts.access import EDITORS, members
from eventsvc.db import attempt, transaction
from eventsvc.events import editing
from eventsvc.events.models import Event
from eventsvc.i18n import _
from eventsvc.i18n import lazy_gettext as _l
from eventsvc.organizers.fields import WholeNumberField
from eventsvc.organizers.fullness import kinds_of
from eventsvc.organizers.gate import bp, hold
from eventsvc.organizers.moving import say_who_moved
from eventsvc.organizers.standing import standing
from eventsvc.registration import cancellation
from eventsvc.registration.models import Registration
from eventsvc.registration.parties import MOST

LONGEST_OFFER = 240
"""Hours: ten days."""


class RulesForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF is published without types
    """Each field is a column of the event."""

    party_most = WholeNumberField(
        _l("People on one form"),
        [
            InputRequired(_l("Enter a number from 1 to 10.")),
            NumberRange(1, MOST, _l("Enter a number from 1 to 10.")),
        ],
    )
    confirms_address = BooleanField(_l("People confirm their mail address first"))
    waitlist_paused = BooleanField(_l("The waitlist is paused"))
    offer_hours = WholeNumberField(
        _l("Hours to accept a place"),
        [Optional(), NumberRange(1, LONGEST_OFFER, _l("Enter a number of hours from 1 to 240, or leave it empty."))],
    )
    waitlist_most = WholeNumberField(
        _l("Longest queue"),
        [Optional(), NumberRange(1, 1_000_000, _l("Enter a number from 1 to 1,000,000, or leave it empty."))],
    )

    @property
    def columns(self) -> dict[str, object]:
        return {name: field.data for name, field in self._fields.items() if name != "csrf_token"}


@bp.get("/events/<event>/rules")
@members(EDITORS)
def rules(event: Event) -> str:
    return _page(event, RulesForm(obj=event))


@bp.post("/events/<event>/rules")
@members(EDITORS)
def save_rules(event: Event) -> ResponseReturnValue:
    form = RulesForm()
    if not form.validate():
        return _page(event, form), 422
    moved = attempt(lambda: _save(event, form))
    flash(_("Saved."))
    say_who_moved(moved)
    return redirect(url_for("organizers.rules", event=event.slug), 303)


def _save(event: Event, form: RulesForm) -> list[Registration]:
    """The rules as typed; who moved up, because they may now."""
    with transaction():
        hold(event)
        editing.change(event, **form.columns)
        return cancellation.move_queue(event)


def _page(event: Event, form: RulesForm) -> str:
    found = standing(event, kinds_of(event))
    return render_template("organizers/rules.html", event=event, form=form, standing=found, most=MOST)
