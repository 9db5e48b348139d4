"""Is the service alive, and is it ready? For machines."""

from typing import Any

import sqlalchemy as sa
from flask import Blueprint, Response, jsonify
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from eventsvc import clock, schema, vault
from eventsvc.accounts.access import everyone
from eventsvc.clockwork import Beat
from eventsvc.db import db

bp = Blueprint("health", __name__)


@bp.get("/healthz")
@everyone
def alive() -> Response:
    """The process answers; nothing else is looked at."""
    return jsonify(status="ok")


@bp.get("/readyz")
@everyone
def ready() -> tuple[Response, int]:
    """Database, schema and key; 503 where one of them does not fit. The age of the last beat is told, and decides nothing."""
    found = look()
    fit = all(found[name] == "ok" for name in ("database", "schema", "key"))
    response = jsonify(status="ok" if fit else "not ready", **found)
    if not fit:
        response.headers["Retry-After"] = "5"
    return response, 200 if fit else 503


def look() -> dict[str, Any]:
    """How database, schema and key are, and the seconds since the last beat of any `work` (None: never)."""
    found: dict[str, Any] = {
        "database": "unreachable",
        "schema": "unknown",
        "key": "unknown",
        "last_beat_seconds": None,
    }
    try:
        with db.engine.connect() as connection:
            connection.execute(sa.select(1))
        found["database"] = "ok"
        state = schema.state(db.engine)
        found["schema"] = "ok" if state == schema.State.CURRENT else state.value
        if found["schema"] == "ok":
            found |= {"key": _key(), "last_beat_seconds": seconds_since_beat()}
    except (DBAPIError, PoolTimeout):
        db.session.rollback()
    return found


def _key() -> str:
    check = db.session.get(vault.VaultCheck, 1, populate_existing=True)
    return "ok" if check is not None and vault.keyring().opens(check) else "wrong"


def seconds_since_beat() -> float | None:
    """How long ago the last sign of life of any `work` was."""
    last = db.session.scalar(sa.select(sa.func.max(Beat.beat_at)))
    return None if last is None else round((clock.now() - last).total_seconds(), 1)
