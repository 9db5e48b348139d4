"""The first owner: made on a page whose one-time link `serve` prints while there is no account."""

from flask import make_response, redirect, render_template, url_for
from werkzeug.wrappers import Response

from eventsvc.accounts import members, sessions, signing_in
from eventsvc.accounts.access import everyone
from eventsvc.accounts.forms import SetupForm
from eventsvc.accounts.models import Account, Role
from eventsvc.db import attempt, transaction
from eventsvc.errors import NotFound
from eventsvc.events.directory import organization_named
from eventsvc.i18n import language
from eventsvc.organizers.gate import bp


def add_member(address: str, organization_name: str, role: Role, speaks: str) -> Account:
    """An account with this role in this organization, in the caller's transaction; what is missing is made."""
    return members.enroll(address, organization_named(organization_name).id, role, speaks)


@bp.get("/setup/<secret>")
@everyone
def setup(secret: str) -> Response:
    if not signing_in.is_open(secret, setup=True):
        return make_response(render_template("accounts/use_link.html", is_open=False), 404)
    return make_response(render_template("accounts/setup.html", form=SetupForm()))


@bp.post("/setup/<secret>")
@everyone
def found(secret: str) -> Response:
    if not signing_in.is_open(secret, setup=True):
        return make_response(render_template("accounts/use_link.html", is_open=False), 404)
    form = SetupForm()
    if not form.validate():
        return make_response(render_template("accounts/setup.html", form=form), 422)
    sessions.remember(attempt(lambda: _make_first_owner(secret, form)))
    return redirect(url_for("organizers.desk"), 303)


def _make_first_owner(secret: str, form: SetupForm) -> str:
    with transaction():
        if not signing_in.use_setup(secret):
            raise NotFound
        owner = add_member(str(form.email.data), str(form.organization.data), Role.OWNER, language())
        return sessions.begin(owner.id)
