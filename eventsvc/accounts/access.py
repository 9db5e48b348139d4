"""Every route declares who may use it; one that does not is refused. This is the only place that lets anyone through.

A view for members gets the things it concerns (an event) instead of their names in the path: they are looked up here,
through the memberships of the signed-in account, so that what belongs to others cannot even be named.
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from flask import Flask, current_app, g, redirect, request, session, url_for
from flask_wtf.csrf import generate_csrf, validate_csrf
from werkzeug.wrappers import Response
from wtforms import ValidationError

from eventsvc.accounts import sessions
from eventsvc.accounts.models import Account, Role
from eventsvc.errors import Forbidden, Refusal
from eventsvc.i18n import lazy_gettext as _l
from eventsvc.i18n import speak
from eventsvc.intake import read_large_body
from eventsvc.languages import office_language

View = TypeVar("View", bound=Callable[..., Any])
Finder = Callable[[Account, str], tuple[object, Role]]
"""Finds what a path names among what an account may see, and the account's role there. Raises NotFound."""

_log = logging.getLogger(__name__)
_FINDERS = "eventsvc.finders"
_SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
_WITH_SESSION = ("/organize", "/door")


@dataclass(frozen=True)
class Access:
    """Who may use a route: everyone, or members who hold one of these roles in the organization concerned."""

    everyone: bool
    roles: frozenset[Role] = frozenset()


EVERYONE = Access(everyone=True)
EDITORS = frozenset({Role.OWNER, Role.ORGANIZER})
READERS = EDITORS | {Role.VIEWER}
STAFF = READERS | {Role.DOOR}


class NotSignedIn(Refusal):
    status = 401
    code = "not_signed_in"
    sentence = _l("You are not signed in any more. Nothing was changed; please sign in and send it again.")


class ForgedForm(Refusal):
    status = 400
    code = "forged_form"
    sentence = _l("This form does not belong to your session. Nothing was changed; please open the page again.")


def everyone(view: View) -> View:
    """Mark a view as open to everyone."""
    view.access = EVERYONE  # type: ignore[attr-defined]  # a mark on the function, read by `access_of`
    return view


def members(roles: frozenset[Role]) -> Callable[[View], View]:
    """Mark a view as open to signed-in members with one of these roles in the organization concerned."""

    def mark(view: View) -> View:
        view.access = Access(everyone=False, roles=roles)  # type: ignore[attr-defined]  # as above
        return view

    return mark


def access_of(app: Flask, endpoint: str) -> Access | None:
    return EVERYONE if endpoint == "static" else getattr(app.view_functions[endpoint], "access", None)


def account() -> Account:
    """The account whose request this is; only in views for members."""
    signed_in: Account = g.account
    return signed_in


def role() -> Role | None:
    """The account's role in the organization concerned; None on a page that concerns no single one."""
    held: Role | None = g.get("role")
    return held


def init_access(app: Flask) -> None:
    app.config["WTF_CSRF_TIME_LIMIT"] = None  # bound to the session, which has limits of its own
    app.extensions[_FINDERS] = {}
    app.jinja_env.globals["csrf_token"] = generate_csrf
    sessions.init_sessions(app)
    app.before_request(_admit)


def concerning(app: Flask, argument: str, find: Finder) -> None:
    """Say how the path argument of this name is looked up for a member, before the view sees it."""
    app.extensions[_FINDERS][argument] = find


def _admit() -> Response | None:
    if not request.endpoint:
        return None  # the router has refused it already
    access = access_of(current_app, request.endpoint)
    if access is None:
        _log.error("route %s declares no access and is refused", request.endpoint)
        raise Forbidden
    if access.everyone:
        _refuse_foreign_post()
        return None
    signed_in = sessions.current_account()
    if signed_in is None:
        return _ask_to_sign_in()
    g.account = signed_in
    speak(office_language(signed_in.language))
    _require(access, _roles_concerned(signed_in))
    if request.method not in _SAFE:
        read_large_body()
    _refuse_foreign_post()
    return None


def _ask_to_sign_in() -> Response:
    if request.method not in _SAFE:
        raise NotSignedIn
    session["return_to"] = request.path
    return redirect(url_for("accounts.ask"), 303)


def _roles_concerned(signed_in: Account) -> set[Role]:
    arguments = request.view_args or {}
    named = current_app.extensions[_FINDERS].keys() & arguments.keys()
    if arguments and not named:
        _log.error("route %s names things that nobody looks up, and is refused", request.endpoint)
        return set()
    held = {Role(m.role) for m in signed_in.memberships}
    for name in named:
        arguments[name], g.role = current_app.extensions[_FINDERS][name](signed_in, arguments[name])
        held &= {g.role}
    return held


def _require(access: Access, held: set[Role]) -> None:
    if held.isdisjoint(access.roles):
        raise Forbidden


def _refuse_foreign_post() -> None:
    if request.method in _SAFE or not request.path.startswith(_WITH_SESSION):
        return
    if request.headers.get("Sec-Fetch-Site") == "cross-site":
        raise Forbidden
    try:
        validate_csrf(request.form.get("csrf_token"))
    except ValidationError:
        raise ForgedForm from None
