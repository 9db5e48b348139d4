"""Making an event, looking at it, and changing it."""

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from eventsvc import clock
from eventsvc.accounts.access import EDITORS, READERS, account, members
from eventsvc.db import attempt, db, transaction
from eventsvc.errors import Forbidden
from eventsvc.events import editing
from eventsvc.events.editing import EventSpec
from eventsvc.events.models import Event, EventStatus, Organization, Visibility
from eventsvc.events.slugs import free_slug
from eventsvc.i18n import _, language, language_name
from eventsvc.languages import LANGUAGES, OFFICE_LANGUAGES
from eventsvc.organizers import programmes, reading
from eventsvc.organizers.event_form import EventForm, event_form
from eventsvc.organizers.fields import is_language, words
from eventsvc.organizers.fullness import fullness_of, kinds_of
from eventsvc.organizers.gate import bp, roles_of
from eventsvc.organizers.publishing import missing
from eventsvc.organizers.standing import standing
from eventsvc.registration.queries import counts


def languages_asked(fallback: Sequence[str]) -> list[str]:
    """The languages the form is to be shown in, as asked for in the path or in the form that came back."""
    typed = request.form.get("languages", "").split() or [
        *request.args.getlist("language"),
        *words(request.args.get("more", "")),
    ]
    return list(dict.fromkeys(tag for tag in typed if is_language(tag)))[:12] or list(fallback)


def languages_page(chosen: Sequence[str], action: str, **more: Any) -> str:
    """Asks in which languages an event is announced: those of the interface are offered, and any other may be named."""
    offered = dict.fromkeys([*chosen, *LANGUAGES])
    return render_template("organizers/languages.html", offered=offered, chosen=chosen, action=action, **more)


def prepared(form: EventForm, hosts: Sequence[Organization]) -> EventForm:
    """The form with the choices filled in that these hosts have."""
    form.offer([(str(o.id), o.name_in(language())) for o in hosts], programmes.choices_for([o.id for o in hosts]))
    return form


def _own_organizations() -> list[Organization]:
    """The organizations for which the signed-in account may make events."""
    ids = [organization for organization, role in roles_of(account()).items() if role in EDITORS]
    return list(db.session.scalars(sa.select(Organization).where(Organization.id.in_(ids)).order_by(Organization.name)))


@bp.get("/new-event")
@members(EDITORS)
def new() -> ResponseReturnValue:
    if "language" not in request.args and "more" not in request.args:
        own_first = sorted(OFFICE_LANGUAGES, key=lambda tag: tag != language())
        return languages_page(own_first, url_for("organizers.new"))
    languages, hosts = languages_asked([language()]), _own_organizations()
    form = event_form(tuple(languages))(data={"languages": " ".join(languages), "timezone": _usual_zone(hosts)})
    return _new_page(prepared(form, hosts), languages)


@bp.post("/events")
@members(EDITORS)
def create() -> ResponseReturnValue:
    languages, hosts = languages_asked([language()]), _own_organizations()
    form = prepared(event_form(tuple(languages))(), hosts)
    right = form.validate()
    if right and form.host.data not in {str(o.id) for o in hosts}:
        raise Forbidden
    if not right or not relations_are_known(form, int(form.host.data)):
        return _new_page(form, languages), 422
    host = next(o for o in hosts if str(o.id) == form.host.data)
    event = attempt(lambda: _make(form, languages, host))
    flash(_("The draft is saved. Nobody else sees it until you publish it."))
    return redirect(url_for("organizers.event", event=event.slug), 303)


def relations_are_known(form: EventForm, host_id: int) -> bool:
    """Are the co-hosts and the programme ones that this host may name? Says beside the fields where not."""
    return all([reading.knows_co_hosts(form, host_id), programmes.knows_programme(form, host_id)])


def _new_page(form: EventForm, languages: Sequence[str]) -> str:
    return render_template("organizers/event_form.html", form=form, tags=languages, is_new=True)


def _usual_zone(hosts: Sequence[Organization]) -> str:
    """The zone of the organization's latest event: most often the next one is there too."""
    latest = sa.select(Event.timezone).where(Event.host_id.in_([o.id for o in hosts])).order_by(Event.id.desc())
    return db.session.scalar(latest.limit(1)) or "UTC"


def _make(form: EventForm, languages: Sequence[str], host: Organization) -> Event:
    with transaction():
        values = reading.columns(form, languages)
        promote_late = values.pop("promote_late")
        event = editing.create(
            EventSpec(
                slug=slug_for(values["title"][languages[0]], values["visibility"]),
                host=host,
                capacity=form.capacity.data,
                co_hosts=reading.co_hosts(form),
                programme=reading.programme(form, languages[0]),
                tags=reading.tags(form, languages[0]),
                **values,
            )
        )
        event.promote_late = promote_late
        return event


def slug_for(title: str, visibility: str) -> str:
    """A free slug; one that cannot be guessed for an event that is not listed."""
    return (
        free_slug("event", title) if visibility == Visibility.PUBLIC else editing.unguessable(free_slug("event", title))
    )


@bp.get("/events/<event>")
@members(READERS)
def event(event: Event) -> str:
    return render_template(
        "organizers/event.html",
        event=event,
        counts=counts(event),
        state=fullness_of([event])[event.id],
        standing=standing(event, kinds_of(event)),
        gaps=missing(event) if event.status == EventStatus.DRAFT else [],
        is_past=event.is_past(clock.now()),
        spoken=[language_name(tag) for tag in event.languages],
    )
