"""How an event is shown on other web sites: what to copy, and how it looks."""

from flask import Response, make_response, render_template

from eventsvc.accounts.access import READERS, members
from eventsvc.embedding import framing, snippets
from eventsvc.events.models import Event, EventStatus, Visibility
from eventsvc.i18n import LANGUAGES, pick, speaking
from eventsvc.intake import content_security_policy, current_settings
from eventsvc.languages import primary
from eventsvc.organizers.gate import bp


@bp.get("/events/<event>/embedding")
@members(READERS)
def embedding(event: Event) -> Response:
    html = render_template(
        "organizers/embedding.html",
        event=event,
        is_shown=event.status != EventStatus.DRAFT and event.visibility != Visibility.INVITATION,
        tongues=[_in(event, tag) for tag in _languages(event)],
        origins=framing.web_origins(event.host.frame_ancestors),
    )
    response = make_response(html)
    response.headers["Content-Security-Policy"] = content_security_policy(frame_src="'self'")
    return response


def _languages(event: Event) -> list[str]:
    """Those of the event that we speak; ours where there are none."""
    spoken = [tag for tag in dict.fromkeys(map(primary, event.languages)) if tag in LANGUAGES]
    return spoken or [current_settings().language]


def _in(event: Event, tag: str) -> dict[str, object]:
    """What to copy in this language."""
    with speaking(tag):
        title = pick(event.title, tag, event.languages)[0]
        return {
            "tag": tag,
            "card": snippets.of_event("card", event.slug, title, tag),
            "form": snippets.of_event("form", event.slug, title, tag),
            "list": snippets.of_organization(event.host.slug, event.host.name_in(tag), tag),
        }
