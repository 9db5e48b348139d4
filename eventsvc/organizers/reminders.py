"""The letters around an event: when each goes out, to how many, in which words, and what became of it."""

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from eventsvc.accounts.access import EDITORS, members
from eventsvc.db import attempt, transaction
from eventsvc.events.models import Event
from eventsvc.i18n import _, language
from eventsvc.languages import LANGUAGES
from eventsvc.mail.letters import Rendered
from eventsvc.organizers.gate import bp, hold
from eventsvc.organizers.reminders_form import ScheduleForm
from eventsvc.reminders import letters, schedule, withdrawing
from eventsvc.reminders.schedule import Plan
from eventsvc.reminders.standing import standing


@bp.get("/events/<event>/reminders")
@members(EDITORS)
def reminders(event: Event) -> str:
    return _page(event, ScheduleForm.of(event))


@bp.post("/events/<event>/reminders")
@members(EDITORS)
def save_reminders(event: Event) -> ResponseReturnValue:
    form = ScheduleForm()
    if not form.validate() or not form.fits(event):
        return _page(event, form), 422
    attempt(lambda: _save(event, form.plans()))
    flash(_("Saved."))
    return redirect(url_for("organizers.reminders", event=event.slug), 303)


def _save(event: Event, plans: list[Plan]) -> None:
    """What is switched off while it goes out goes no further."""
    with transaction():
        hold(event)
        for plan in plans:
            if schedule.change(event, plan) and not plan.enabled:
                withdrawing.withdraw_kind(event, plan.kind)


def _page(event: Event, form: ScheduleForm) -> str:
    found = standing(event)
    words = {each.plan.kind: _words(event, each.plan) for each in found}
    more = {"words": words, "letters": withdrawing.LETTERS}
    return render_template("organizers/reminders.html", event=event, form=form, standings=found, **more)


def _words(event: Event, plan: Plan) -> list[tuple[str, Rendered]]:
    """The letter in each language of the event that we speak; in the reader's own where there is none."""
    tags = [tag for tag in LANGUAGES if tag in event.languages] or [language()]
    return [(tag, letters.preview(event, plan, tag)) for tag in tags]
