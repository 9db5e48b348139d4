"""Another event like this one: everything but its people, at another time."""

from datetime import datetime, timedelta

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_wtf import FlaskForm
from wtforms import RadioField, StringField
from wtforms.validators import InputRequired, Length

from eventsvc.accounts.access import EDITORS, members
from eventsvc.db import attempt, db, transaction
from eventsvc.events import editing
from eventsvc.events.editing import PLAIN_FIELDS, EventSpec
from eventsvc.events.models import Event
from eventsvc.events.tickets import Quota, TicketType
from eventsvc.i18n import _
from eventsvc.i18n import lazy_gettext as _l
from eventsvc.letters import editing as letter_editing
from eventsvc.organizers.events import slug_for
from eventsvc.organizers.fields import WallTimeField, a_title, sensible_year
from eventsvc.organizers.fullness import kinds_of
from eventsvc.organizers.gate import bp
from eventsvc.organizers.wall_clock import WallClock
from eventsvc.questions import copying
from eventsvc.registration.forms import clean_line
from eventsvc.reminders import schedule


class CloneForm(WallClock, FlaskForm):  # type: ignore[misc]  # Flask-WTF is published without types
    """The new title and times; the zone stays that of the event that is copied."""

    title = StringField(
        _l("Title"),
        [
            InputRequired(),
            a_title,
            Length(max=200, message=_l("This text is too long: at most %(max)d characters.")),
        ],
        filters=[clean_line],
    )
    starts = WallTimeField(_l("Starts"), [InputRequired(_l("Enter when the event starts.")), sensible_year])
    starts_fold = RadioField(_l("Which of the two?"), choices=[], validate_choice=False)
    ends = WallTimeField(_l("Ends"), [InputRequired(_l("Enter when the event ends.")), sensible_year])
    ends_fold = RadioField(_l("Which of the two?"), choices=[], validate_choice=False)


@bp.get("/events/<event>/clone")
@members(EDITORS)
def ask_to_clone(event: Event) -> str:
    own = event.languages[0]
    return render_template(
        "organizers/clone.html", event=event, form=CloneForm(data={"title": event.title.get(own, "")})
    )


@bp.post("/events/<event>/clone")
@members(EDITORS)
def clone(event: Event) -> ResponseReturnValue:
    form = CloneForm()
    if not form.validate() or not form.clocks_are_right(event.timezone):
        return render_template("organizers/clone.html", event=event, form=form), 422
    made = attempt(lambda: _copy(event, form))
    flash(_("The copy is a draft. Check its texts and its registration window before you publish it."))
    return redirect(url_for("organizers.event", event=made.slug), 303)


def _copy(event: Event, form: CloneForm) -> Event:
    with transaction():
        event = db.session.merge(event, load=True)
        values = {name: getattr(event, name) for name in PLAIN_FIELDS}  # not the pause: it was for a moment
        starts, ends, title = form.starts.data, form.ends.data, str(form.title.data)
        if starts is None or ends is None:
            raise ValueError("a validated form has its times")
        moved = starts - event.starts
        values |= {
            "title": event.title | {event.languages[0]: title},
            "starts": starts,
            "starts_fold": int(form.starts_fold.data or 0),
            "ends": ends,
            "ends_fold": int(form.ends_fold.data or 0),
            "registration_opens": _shifted(event.registration_opens, moved),
            "registration_closes": _shifted(event.registration_closes, moved),
        }
        made = editing.create(
            EventSpec(
                slug=slug_for(title, event.visibility),
                host=event.host,
                programme=event.programme,
                tags=list(event.tags),
                co_hosts=[co_host.organization for co_host in event.co_hosts],
                materials=[(each.title, _shifted(each.released, moved)) for each in event.materials],
                **values,
            )
        )
        made.cover_id = event.cover_id
        _copy_kinds(event, made, moved)
        copying.copy(event, made)
        letter_editing.copy(event, made)
        schedule.copy(event, made)
        return made


def _shifted(moment: datetime | None, by: timedelta) -> datetime | None:
    return moment and moment + by


def _copy_kinds(event: Event, made: Event, moved: timedelta) -> None:
    """The same ticket types over the same limits, all of them empty."""
    for placeholder in kinds_of(made):
        for quota in placeholder.quotas:
            db.session.delete(quota)
        db.session.delete(placeholder)
    db.session.flush()
    copies: dict[int, Quota] = {}
    for kind in kinds_of(event):
        for quota in kind.quotas:
            copies.setdefault(quota.id, Quota(event_id=made.id, name=quota.name, size=quota.size))
        db.session.add(
            TicketType(
                event_id=made.id,
                slug=kind.slug,
                name=kind.name,
                description=kind.description,
                approval=kind.approval,
                opens=_shifted(kind.opens, moved),
                closes=_shifted(kind.closes, moved),
                position=kind.position,
                quotas=[copies[quota.id] for quota in kind.quotas],
            )
        )
