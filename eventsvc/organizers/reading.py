"""Between the form and the event: what was typed becomes columns, and columns become what stands in the form."""

import difflib
from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from eventsvc.db import db
from eventsvc.events import editing
from eventsvc.events.models import CoHost, Event, Organization, Programme, Tag
from eventsvc.events.slugs import free_slug, slugify
from eventsvc.i18n import _, language, pick
from eventsvc.organizers.event_form import TEXTS, VENUE, EventForm
from eventsvc.organizers.fields import lines, words
from eventsvc.organizers.wall_clock import refuse

AS_TYPED = (
    "attendance",
    "visibility",
    "starts",
    "ends",
    "timezone",
    "join_url",
    "waitlist",
    "promote_late",
    "registration_opens",
    "registration_closes",
    "retention_days",
    "note",
)


def columns(form: EventForm, languages: Sequence[str]) -> dict[str, Any]:
    """The columns of an event as typed; whatever belongs to other tables is read by `relations`."""
    texts = {name: _language_map(form, name, languages) for name in TEXTS}
    return {
        **{name: form[name].data for name in AS_TYPED},
        **texts,
        "languages": list(languages),
        "starts_fold": int(form.starts_fold.data or 0),
        "ends_fold": int(form.ends_fold.data or 0),
        "venue": {part: form[f"venue_{part}"].data for part in VENUE if form[f"venue_{part}"].data},
        "interpretation": words(form.interpretation.data or ""),
    }


def _language_map(form: EventForm, name: str, languages: Sequence[str]) -> dict[str, str]:
    typed = {tag: form[f"{name}_{tag}"].data for tag in languages if form[f"{name}_{tag}"].data}
    addresses = set(typed.values())
    if name == "contact" and len(addresses) == 1 and _is_bare_address(*addresses):
        return dict.fromkeys(languages, *addresses)  # it reads the same in every language
    return typed


def _is_bare_address(text: str) -> bool:
    return "@" in text and not any(sign.isspace() for sign in text)


def shown(event: Event, languages: Sequence[str]) -> dict[str, Any]:
    """What stands in the form when an event is opened for editing."""
    return {
        **{name: getattr(event, name) for name in AS_TYPED},
        **{f"{name}_{tag}": getattr(event, name).get(tag, "") for name in TEXTS for tag in languages},
        **{f"venue_{part}": event.venue.get(part, "") for part in VENUE},
        "starts_fold": str(event.starts_fold),
        "ends_fold": str(event.ends_fold),
        "interpretation": ", ".join(event.interpretation),
        "programme": str(event.programme_id or ""),
        "tags": ", ".join(pick(tag.name, language())[0] or tag.slug for tag in event.tags),
        "co_hosts": "\n".join(co_host.organization.name for co_host in event.co_hosts),
        "version": str(event.version),
        "languages": " ".join(languages),
    }


def knows_co_hosts(form: EventForm, host_id: int) -> bool:
    """Are all co-hosts typed ones that are known here? Says beside the field which one is not, and what it may be."""
    known = _organizations()
    for name in lines(form.co_hosts.data or ""):
        found = known.get(name.casefold())
        if found is None:
            near = difflib.get_close_matches(name.casefold(), list(known), n=1)
            said = _("%(name)s is not known here.", name=name)
            hint = " " + _("Do you mean %(name)s?", name=known[near[0]].name) if near else ""
            return refuse(form.co_hosts, said + hint)
        if found.id == host_id:
            return refuse(form.co_hosts, _("%(name)s is the host already.", name=found.name))
    return True


def _organizations() -> dict[str, Organization]:
    every = db.session.scalars(sa.select(Organization).order_by(Organization.id)).all()
    names = {o.abbreviation.casefold(): o for o in every if o.abbreviation}
    return names | {name.casefold(): o for o in every for name in (*o.names.values(), o.name) if name}


def co_hosts(form: EventForm) -> list[Organization]:
    known = _organizations()
    return [known[name.casefold()] for name in lines(form.co_hosts.data or "")]


def tags(form: EventForm, own_language: str) -> list[Tag]:
    """The tags typed, found by name or slug; what is not known yet is made, in the caller's transaction."""
    every = db.session.scalars(sa.select(Tag)).all()
    known = {slugify(name): tag for tag in every for name in (*tag.name.values(), tag.slug)}
    found: dict[str, Tag] = {}
    for word in words(form.tags.data or ""):
        tag = known.get(slugify(word))
        if tag is None:
            tag = known[slugify(word)] = Tag(slug=free_slug("tag", word), name={own_language: word})
            db.session.add(tag)
            db.session.flush()
        found[tag.slug] = tag
    return [found[slug] for slug in sorted(found)]


def programme(form: EventForm, own_language: str) -> Programme | None:
    """The programme chosen, or the new one typed, made in the caller's transaction."""
    if name := form.new_programme.data:
        made = Programme(slug=free_slug("programme", name), name={own_language: name})
        db.session.add(made)
        db.session.flush()
        return made
    return db.session.get(Programme, int(form.programme.data)) if form.programme.data else None


def relate(event: Event, hosts: Sequence[Organization]) -> None:
    """Set the co-hosts in this order, in the caller's transaction."""
    if [c.organization_id for c in event.co_hosts] == [o.id for o in hosts]:
        return
    held = {c.organization_id: c for c in event.co_hosts}
    event.co_hosts = [held.get(o.id) or CoHost(organization=o) for o in hosts]
    for position, co_host in enumerate(event.co_hosts):
        co_host.position = position
    editing.touch(event)
