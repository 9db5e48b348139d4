"""What we refuse, and how it is told.

Refusal                      409  the base: a sentence in the reader's language
├── NotFound                 404  unknown, or not for this reader: the same words for both
├── Forbidden                403  signed in, but not allowed
├── WrongValue               422  a value that no form caught
├── RegistrationRefused      409  and each of these says why
│   ├── NotYetOpen
│   ├── Closed
│   ├── Past
│   ├── EventCancelled
│   └── Full
│       ├── WaitlistFull
│       └── TooFewLeft
├── StaleForm                400  a form we did not make, or too long ago
├── TooMany                  429
├── Gone                     410  the personal data were erased
└── Busy                     503  come back in a moment
"""

import logging
import secrets

from flask import Flask, Response, json, make_response, render_template, request
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from werkzeug.exceptions import HTTPException

from eventsvc.db import Again, db, is_busy
from eventsvc.i18n import _
from eventsvc.i18n import lazy_gettext as _l

_log = logging.getLogger(__name__)


class Refusal(Exception):
    """We will not do that, and the message says why in one sentence."""

    status = 409
    code = "refused"
    sentence = _l("That is not possible now.")

    def __init__(self, message: str | None = None) -> None:
        super().__init__(message or "")
        self._message = message

    @property
    def message(self) -> str:
        return self._message or str(self.sentence)


class NotFound(Refusal):
    status = 404
    code = "not_found"
    sentence = _l("There is nothing at this address, or it is not open to everyone.")


class Forbidden(Refusal):
    status = 403
    code = "forbidden"
    sentence = _l("Your account is not allowed to do this.")


class WrongValue(Refusal):
    status = 422
    code = "wrong_value"
    sentence = _l("One of the values is not valid.")


class RegistrationRefused(Refusal):
    code = "registration_refused"


class NotYetOpen(RegistrationRefused):
    code = "not_yet_open"
    sentence = _l("Registration has not opened yet.")


class Closed(RegistrationRefused):
    code = "closed"
    sentence = _l("Registration is closed.")


class Past(RegistrationRefused):
    code = "past"
    sentence = _l("This event is over.")


class EventCancelled(RegistrationRefused):
    code = "event_cancelled"
    sentence = _l("This event has been cancelled.")


class Full(RegistrationRefused):
    code = "full"
    sentence = _l("All places are taken, and this event has no waitlist.")


class WaitlistFull(Full):
    sentence = _l("All places are taken, and the waitlist is full.")


class TooFewLeft(Full):
    sentence = _l("There are not enough places left for all of you.")


class StaleForm(Refusal):
    status = 400
    code = "stale_form"
    sentence = _l("This form has expired. Nothing was lost: please send it again.")


class TooMany(Refusal):
    status = 429
    code = "too_many"
    sentence = _l("Too many attempts from this network. Please try again in a few minutes.")


class Gone(Refusal):
    status = 410
    code = "gone"
    sentence = _l("The personal data of this event have been erased.")


class Busy(Refusal):
    status = 503
    code = "busy"
    sentence = _l("We are very busy right now. Nothing was changed; please try again in a moment.")


HTTP_SENTENCES: dict[int, str] = {
    400: _l("We could not read this request. Please go back and try again."),
    403: Forbidden.sentence,
    404: NotFound.sentence,
    405: _l("This page does not accept that kind of request."),
    413: _l("This is larger than we accept. Please send less."),
    414: _l("This address is too long."),
    415: _l("We cannot read this kind of content."),
    429: TooMany.sentence,
}


def init_errors(app: Flask) -> None:
    """The one mapping from what went wrong to a page, or to `application/problem+json` under /api/."""
    app.register_error_handler(Refusal, lambda refusal: answer(refusal.status, refusal.code, refusal.message))
    app.register_error_handler(HTTPException, _http_error)
    app.register_error_handler(DBAPIError, _database_error)
    app.register_error_handler(PoolTimeout, lambda _error: _busy())
    app.register_error_handler(Again, lambda _error: _busy())
    app.register_error_handler(Exception, _fault)


def answer(status: int, code: str, message: str) -> Response:
    """The page (or problem document) for an error."""
    if request.path.startswith("/api/"):
        body = json.dumps({"type": f"about:blank#{code}", "title": message, "status": status})
        response = Response(body, status, content_type="application/problem+json")
    else:
        response = make_response(
            render_template("errors/error.html", status=status, code=code, message=message), status
        )
    if status in {429, 503}:
        response.headers["Retry-After"] = "60" if status == 429 else "2"
    response.headers["Cache-Control"] = "no-store"
    return response


def _http_error(error: HTTPException) -> Response:
    status = error.code or 500
    if status < 400:
        return make_response(error.get_response())
    sentence = HTTP_SENTENCES.get(status) or _("We could not answer this request.")
    response = answer(status, f"http_{status}", str(sentence))
    for name, value in error.get_response().headers:
        if name in {"Allow", "Retry-After"}:
            response.headers[name] = value
    return response


def _database_error(error: DBAPIError) -> Response:
    db.session.rollback()
    return _busy() if is_busy(error) else _fault(error)


def _busy() -> Response:
    return answer(Busy.status, Busy.code, Busy().message)


def _fault(error: Exception) -> Response:
    reference = secrets.token_hex(4)
    _log.error("fault %s: %s", reference, describe(error))
    message = _(
        "Something went wrong on our side. Nothing was changed. If it happens again, tell us this reference: %(ref)s",
        ref=reference,
    )
    return answer(500, "fault", message)


def describe(error: BaseException) -> str:
    """What a log may know about an error: its kind and where it arose, never its text, which may hold personal data."""
    place = "?"
    trace = error.__traceback__
    while trace is not None:
        code = trace.tb_frame.f_code
        if "eventsvc" in code.co_filename:
            place = f"{code.co_filename.rpartition('eventsvc/')[2]}:{trace.tb_lineno} in {code.co_name}"
        trace = trace.tb_next
    state = getattr(getattr(error, "orig", None), "sqlstate", "") or ""
    return f"{type(error).__name__} {state} at {place}".replace("  ", " ")
