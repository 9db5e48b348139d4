"""The form inside pages of the hosts: the same flow as on our own, in a frame, and only where the host says so."""

from flask.typing import ResponseReturnValue

from eventsvc.accounts.access import everyone
from eventsvc.embedding import framing
from eventsvc.embedding.gate import bp, frame_at, speak_for
from eventsvc.events import queries
from eventsvc.events.pages import see
from eventsvc.registration.views import Flow

flow = Flow("embedding")


@bp.get("/embed/<slug>/register")
@everyone
def form(slug: str) -> ResponseReturnValue:
    _prepare(slug)
    return flow.form(slug)


@bp.post("/embed/<slug>/register")
@everyone
def create(slug: str) -> ResponseReturnValue:
    _prepare(slug)
    return flow.create(slug)


@bp.get("/embed/<slug>/registered/<receipt>")
@everyone
def result(slug: str, receipt: str) -> ResponseReturnValue:
    _prepare(slug)
    return flow.result(slug, receipt)


def _prepare(slug: str) -> None:
    """Settle who may frame this before anything can go wrong: for an event that we do not know, nobody."""
    seen = see(slug) or see(queries.new_slug("event", slug) or "")
    frame_at(framing.at(seen.event.frame_ancestors if seen else ()))
    if seen:
        speak_for(seen.event.languages)
