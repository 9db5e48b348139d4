"""The public pages. Each is a function of its path and the database: no cookie is read, and none is set."""

from flask import Blueprint, render_template

from eventsvc.accounts.access import everyone

bp = Blueprint("events", __name__)


@bp.get("/<lang:lang>/")
@everyone
def what_is_on() -> str:
    return render_template("events/what_is_on.html")


@bp.get("/<lang:lang>/privacy")
@everyone
def privacy() -> str:
    return render_template("privacy.html")
