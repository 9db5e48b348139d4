"""Which events stand in which file, and in what state it is: enough to know whether a copy somebody has is still true.

A feed holds public events, the cancelled ones too, from 90 days back (counted from midnight UTC, so that by itself it
changes once a day at most) and all that are to come; of more than 1,000 the oldest go. An organization's feed holds
what it hosts and co-hosts. The file of one event is there for unlisted ones as well.

A feed may be narrowed by what lists are narrowed by; it is then a function of its choice as well. A month is no such
choice: a calendar that ends with it follows nothing.

A `State` is one small query. It is another one whenever the file would be, for every change of an event raises its
`version`.
"""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import selectinload

from eventsvc import clock
from eventsvc.db import Glance, db
from eventsvc.events.filters import Chosen
from eventsvc.events.models import CoHost, Event, EventStatus, FormerSlug, Organization, Programme, Tag, Visibility
from eventsvc.events.models import event_tags as links
from eventsvc.glances import LongGlance

BACK = timedelta(days=90)
MOST = 1000


class State(NamedTuple):
    """Of one file at this moment: whose it is, from when on it holds events, and what all its events come to."""

    kind: str
    id: int
    since: datetime
    mark: tuple[Any, ...]
    chosen: Chosen = Chosen()

    @property
    def changed(self) -> datetime | None:
        """The last change of content or membership; None where there never was any."""
        latest: datetime | str | None = self.mark[-1]
        if isinstance(latest, str):  # as SQLite keeps it
            latest = datetime.fromisoformat(latest).replace(tzinfo=UTC)
        return latest


def state_of(kind: str, slug: str = "") -> State | None:
    """Of the file of one event, or of a feed, under its slug or a former one.

    `kind` is "all", "event", "organization", "programme" or "tag". None for drafts, invitations, what only they belong to, and what never was.
    """
    edge = _edge()
    if kind == "all":
        return State("all", 0, edge, tuple(_all.rows(edge=_written(edge))[0]))
    asked = {"edge": _written(edge)} if kind in _SUBJECTS else {}
    for glance in (_states[kind], _former_states[kind]):
        if rows := glance.rows(slug=slug, **asked):
            state = State(kind, rows[0][0], edge, tuple(rows[0]))
            return state if _may_be_named(state) else None
    return None


def _may_be_named(state: State) -> bool:
    """Not a programme or tag that only drafts and invitations belong to: its name alone would tell of them."""
    if state.kind not in {"programme", "tag"} or state.mark[-len(_sums)]:
        return True
    mine = _belongs(state.kind, sa.literal(state.id))
    return bool(db.session.scalar(sa.select(sa.exists().where(Event.published_at.is_not(None), _listed, mine))))


def events_in(state: State) -> Sequence[Event]:
    """The events of the file, with all that an entry tells of them; three queries more, however many they are."""
    found = sa.select(Event).options(
        selectinload(Event.host),
        selectinload(Event.co_hosts).selectinload(CoHost.organization),
        selectinload(Event.tags),
    )
    if state.kind == "event":
        return db.session.scalars(found.where(Event.id == state.id, _published)).all()
    belongs = _belongs(state.kind, sa.literal(state.id))
    told = found.where(belongs, _published, _listed, Event.ends_at >= state.since, *state.chosen.conditions)
    return db.session.scalars(told.order_by(Event.starts_at.desc(), Event.id.desc()).limit(MOST)).all()


def all_open(kind: str, uids: Sequence[str]) -> bool:
    """May every one of these events still stand in a file of this kind? Not those withdrawn, hidden or deleted."""
    shown = Event.visibility != Visibility.INVITATION if kind == "event" else _listed
    counted = sa.select(sa.func.count()).where(Event.uid.in_(uids), _published, shown)
    return db.session.scalar(counted) == len(set(uids))


def owners_of() -> dict[str, set[int]]:
    """For each kind of file, the ids of those that may have one."""
    seen = sa.select(Event.id).where(_published, Event.visibility != Visibility.INVITATION)
    found = {kind: set(db.session.scalars(sa.select(model.id))) for kind, model in _SUBJECTS.items()}
    return found | {"all": {0}, "event": set(db.session.scalars(seen))}


def subject(state: State) -> Organization | Programme | Tag | None:
    """Whose feed it is; None for all events."""
    if state.kind == "organization":
        return db.session.get(Organization, state.id)
    if state.kind == "programme":
        return db.session.get(Programme, state.id)
    return db.session.get(Tag, state.id) if state.kind == "tag" else None


def _edge() -> datetime:
    return clock.now().replace(hour=0, minute=0, second=0, microsecond=0) - BACK


def _written(moment: datetime) -> str:
    """A moment as SQLite keeps it, which PostgreSQL reads as well: our connections to it speak UTC."""
    return moment.strftime("%Y-%m-%d %H:%M:%S.%f")


def _belongs(kind: str, owner: sa.SQLColumnExpression[int]) -> sa.ColumnElement[bool]:
    """For each kind of feed, which events belong to it."""
    if kind == "organization":
        hosted_with = sa.exists().where(CoHost.event_id == Event.id, CoHost.organization_id == owner)
        return sa.or_(Event.host_id == owner, hosted_with.correlate(Event, Organization))
    if kind == "programme":
        return Event.programme_id == owner
    if kind == "tag":
        return sa.exists().where(links.c.event_id == Event.id, links.c.tag_id == owner).correlate(Event, Tag)
    return sa.true()


# A draft that was cancelled was never published: it stays unknown.
_published = sa.and_(Event.published_at.is_not(None), Event.status != EventStatus.DRAFT)
_listed = Event.visibility == Visibility.PUBLIC
# One that was taken back to a draft still counts in the state, and only there: that is how the feed's time moves on.
_counted = sa.and_(
    Event.published_at.is_not(None), _listed, Event.ends_at >= sa.bindparam("edge", type_=sa.DateTime(timezone=True))
)
_sums = (sa.func.count(Event.id), sa.func.sum(Event.version), sa.func.sum(Event.id), sa.func.max(Event.changed_at))
_slug = sa.bindparam("slug", type_=sa.Text)
_SUBJECTS: dict[str, type[Organization | Programme | Tag]] = {
    "organization": Organization,
    "programme": Programme,
    "tag": Tag,
}


def _statement(kind: str) -> sa.Select[*tuple[Any, ...]]:
    if kind == "event":
        seen = Event.visibility != Visibility.INVITATION
        return sa.select(Event.id, Event.slug, Event.version, Event.changed_at).where(_published, seen)
    model = _SUBJECTS[kind]
    name = (model.name, model.names) if model is Organization else (model.name,)
    membership = sa.and_(_belongs(kind, model.id), _counted)
    return sa.select(model.id, model.slug, *name, *_sums).outerjoin_from(model, Event, membership).group_by(model.id)


def _under_slug(kind: str) -> Glance:
    model = Event if kind == "event" else _SUBJECTS[kind]
    return _glance(kind, _statement(kind).where(model.slug == _slug))


def _under_former_slug(kind: str) -> Glance:
    model = Event if kind == "event" else _SUBJECTS[kind]
    meant = sa.select(FormerSlug.target_id).where(FormerSlug.kind == kind, FormerSlug.slug == _slug)
    return _glance(kind, _statement(kind).where(model.id == meant.scalar_subquery()))


def _glance(kind: str, statement: sa.Select[*tuple[Any, ...]]) -> Glance:
    return Glance(statement) if kind == "event" else LongGlance(statement)


_all = LongGlance(sa.select(*_sums).where(_counted))
_states = {kind: _under_slug(kind) for kind in ("event", *_SUBJECTS)}
_former_states = {kind: _under_former_slug(kind) for kind in ("event", *_SUBJECTS)}
