"""The pages at which members sign in and out."""

from flask import Blueprint, make_response, redirect, render_template, request, session, url_for
from werkzeug.wrappers import Response

from eventsvc.accounts import members as accounts
from eventsvc.accounts import sessions, signing_in
from eventsvc.accounts.access import STAFF, account, everyone, members
from eventsvc.accounts.forms import SignInForm
from eventsvc.db import transaction
from eventsvc.errors import NotFound
from eventsvc.i18n import language
from eventsvc.languages import OFFICE_LANGUAGES
from eventsvc.networks import count_request

bp = Blueprint("accounts", __name__, url_prefix="/organize")

SIGN_INS = 60
"""Sign-in links that one network may ask for in ten minutes; each account gets five an hour at the most."""


@bp.get("/sign-in")
@everyone
def ask() -> str:
    return render_template("accounts/sign_in.html", form=SignInForm())


@bp.post("/sign-in")
@everyone
def send_link() -> Response:
    form = SignInForm()
    if not form.validate():
        return make_response(render_template("accounts/sign_in.html", form=form), 422)
    count_request("sign-in", SIGN_INS)
    signing_in.send_link(str(form.email.data), language())
    return redirect(url_for("accounts.link_sent"), 303)


@bp.get("/sign-in-sent")
@everyone
def link_sent() -> str:
    return render_template("accounts/link_sent.html")


@bp.get("/sign-in/<secret>")
@everyone
def show_link(secret: str) -> Response:
    return _link_page(signing_in.is_open(secret))


@bp.post("/sign-in/<secret>")
@everyone
def sign_in(secret: str) -> Response:
    with transaction():
        account_id = signing_in.use(secret)
        login = sessions.begin(account_id) if account_id else None
    if login is None:
        return _link_page(is_open=False)
    return_to = session.get("return_to") or url_for("organizers.desk")
    sessions.remember(login)
    return redirect(return_to, 303)


def _link_page(is_open: bool) -> Response:
    return make_response(render_template("accounts/use_link.html", is_open=is_open), 200 if is_open else 404)


@bp.post("/sign-out")
@members(STAFF)
def sign_out() -> Response:
    with transaction():
        sessions.end()
    return redirect(url_for("accounts.ask"), 303)


@bp.post("/language")
@members(STAFF)
def choose_language() -> Response:
    wanted = request.form.get("language", "")
    if wanted not in OFFICE_LANGUAGES:
        raise NotFound
    with transaction():
        accounts.speaks(account().id, wanted)
    return redirect(url_for("organizers.desk"), 303)
