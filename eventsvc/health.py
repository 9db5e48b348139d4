"""Is the service alive, and is it ready? For machines."""

from flask import Blueprint, Response, jsonify

from eventsvc.accounts.access import everyone

bp = Blueprint("health", __name__)


@bp.get("/healthz")
@everyone
def alive() -> Response:
    """The process answers; nothing else is looked at."""
    return jsonify(status="ok")
