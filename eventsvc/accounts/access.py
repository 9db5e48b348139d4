"""Every route declares who may use it; one that does not is refused."""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from flask import Flask, current_app, request

from eventsvc.accounts.models import Role
from eventsvc.errors import Forbidden

View = TypeVar("View", bound=Callable[..., Any])
_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Access:
    """Who may use a route: everyone, or members who hold one of these roles in the organization concerned."""

    everyone: bool
    roles: frozenset[Role] = frozenset()


EVERYONE = Access(everyone=True)
EDITORS = frozenset({Role.OWNER, Role.ORGANIZER})
READERS = EDITORS | {Role.VIEWER}
STAFF = READERS | {Role.DOOR}


def everyone(view: View) -> View:
    """Mark a view as open to everyone."""
    view.access = EVERYONE  # type: ignore[attr-defined]  # a mark on the function, read by `access_of`
    return view


def members(roles: frozenset[Role]) -> Callable[[View], View]:
    """Mark a view as open to signed-in members with one of these roles; the organizers' gate enforces it."""

    def mark(view: View) -> View:
        view.access = Access(everyone=False, roles=roles)  # type: ignore[attr-defined]  # as above
        return view

    return mark


def access_of(app: Flask, endpoint: str) -> Access | None:
    return EVERYONE if endpoint == "static" else getattr(app.view_functions[endpoint], "access", None)


def init_access(app: Flask) -> None:
    @app.before_request
    def _refuse_undeclared() -> None:
        if request.endpoint and access_of(current_app, request.endpoint) is None:
            _log.error("route %s declares no access and is refused", request.endpoint)
            raise Forbidden
