"""The blueprint of pages in frames: which language they speak, who may frame them, what stands around them."""

from collections.abc import Sequence
from typing import Any

from flask import Blueprint, Response, g, request
from flask.blueprints import BlueprintSetupState

from eventsvc.embedding import framing, oembed
from eventsvc.embedding.outward import outward
from eventsvc.i18n import language, negotiate, speak
from eventsvc.intake import current_settings

bp = Blueprint("embedding", __name__)


@bp.record
def _prepare(state: BlueprintSetupState) -> None:
    state.app.jinja_env.filters["outward"] = outward
    state.app.jinja_env.globals["oembed_links"] = oembed.links


@bp.before_request
def _speak() -> None:
    speak_for(())


def speak_for(languages: Sequence[str]) -> None:
    """Speak the language asked for, else the first of these that is ours, else the service's."""
    speak(negotiate([request.args.get("lang", ""), *languages], current_settings().language))


@bp.url_defaults
def _keep_speaking(endpoint: str, values: dict[str, Any]) -> None:
    """From the form to its result in one language: it stands behind the question mark, in no path."""
    if endpoint in {"embedding.form", "embedding.create", "embedding.result"}:
        values.setdefault("lang", language())


@bp.context_processor
def _in_a_frame() -> dict[str, object]:
    return {"frame": "embedding/frame.html"}


def frame_at(policy: str) -> None:
    """Answer this request with that policy, whatever becomes of it."""
    g.framing = policy


@bp.after_request
def _say_who_may_frame(response: Response) -> Response:
    response.headers["Content-Security-Policy"] = g.get("framing") or framing.anywhere()
    response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    response.headers["X-Robots-Tag"] = "noindex"
    return response
