"""The blueprint of the back office, and how what its paths name is found: only among what the member's organizations host."""

from typing import cast

import sqlalchemy as sa
from flask import Blueprint, Flask, request
from flask.blueprints import BlueprintSetupState
from sqlalchemy.orm import joinedload, selectinload

from eventsvc.accounts import access
from eventsvc.accounts.models import Account, Role
from eventsvc.db import db
from eventsvc.errors import NotFound
from eventsvc.events.models import CoHost, Event, Organization
from eventsvc.languages import LANGUAGE_NAMES, OFFICE_LANGUAGES
from eventsvc.registration import quotas

bp = Blueprint("organizers", __name__, url_prefix="/organize")


@bp.record_once
def _look_up(state: BlueprintSetupState) -> None:
    app = cast("Flask", state.app)
    access.concerning(app, "event", event_of_member)
    access.concerning(app, "organization", organization_of_member)


def event_of_member(account: Account, slug: str) -> tuple[Event, Role]:
    """The event of this slug, hosted by an organization of the account, and the account's role there. Raises NotFound."""
    event = db.session.scalar(
        sa.select(Event)
        .where(Event.slug == slug, Event.host_id.in_(roles_of(account)))
        .options(
            joinedload(Event.host),
            joinedload(Event.programme),
            selectinload(Event.co_hosts).joinedload(CoHost.organization),
            selectinload(Event.tags),
        )
    )
    if event is None:
        raise NotFound
    return event, roles_of(account)[event.host_id]


def organization_of_member(account: Account, slug: str) -> tuple[Organization, Role]:
    """The organization of this slug, if the account belongs to it, and its role there. Raises NotFound."""
    found = db.session.scalar(
        sa.select(Organization).where(Organization.slug == slug, Organization.id.in_(roles_of(account)))
    )
    if found is None:
        raise NotFound
    return found, roles_of(account)[found.id]


def hold(event: Event) -> None:
    """Read the event again and keep it until the commit; its quotas first, in the order of everybody who registers."""
    quotas.lock(event)
    db.session.execute(sa.select(Event.id).where(Event.id == event.id).with_for_update())
    db.session.refresh(event)


def roles_of(account: Account) -> dict[int, Role]:
    """The account's role in each of its organizations, by id."""
    return {m.organization_id: Role(m.role) for m in account.memberships}


def may_edit() -> bool:
    """May the signed-in member change what this page shows?"""
    return access.role() in access.EDITORS


@bp.context_processor
def _for_every_page() -> dict[str, object]:
    return {
        "may_edit": may_edit(),
        "may_read": access.role() in access.READERS,
        "here": request.endpoint,
        "language_names": {tag: LANGUAGE_NAMES[tag] for tag in OFFICE_LANGUAGES},
    }
