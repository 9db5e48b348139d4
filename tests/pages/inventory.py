"""Every public page in every state, as data: what each test of all pages goes through.

A page is one line. In its path `{lang}` stands for the language it is asked for in, and other words in braces for
what `people.py` found out (secrets, receipts, form ids); a page that is sent has the values of its form.
"""

from typing import NamedTuple

from eventsvc.i18n import LANGUAGES

TOO_MUCH = "n" * 1_000_001
ANA = {"name": "Ana", "email": "ana@example.org", "consent": "y"}


class Page(NamedTuple):
    """One page in one state."""

    name: str
    path: str
    status: int = 200
    indexable: bool = False
    sends: dict[str, str] | None = None  # the values of a form; None: the page is only asked for
    at: str = "full"  # or at an "empty" service, where nothing was ever announced, or at a "demo" one
    crowd: bool = False  # asked for the second time, from a network that may send one thing
    recorded: bool = False  # the answer of a moment that cannot be waited for; played again
    languages: tuple[str, ...] = LANGUAGES


def _event(state: str, *, indexable: bool = True) -> Page:
    return Page(f"event-{state}", f"/{{lang}}/events/{state}", indexable=indexable)


def _form(state: str, path: str, status: int = 200, /, **sends: str) -> Page:
    return Page(f"form-{state}", f"/{{lang}}/events/{path}/register", status, sends=sends or None)


def _several(state: str, status: int = 200, /, **sends: str) -> Page:
    path = "/{lang}/programmes/summit/register?event=summit-2&event=summit-3"
    return Page(f"several-{state}", path, status, sends=sends or None)


def _own(name: str, path: str, status: int = 200, /, **sends: str) -> Page:
    """A page behind a secret link: its language is that of the registration, unless another is asked for."""
    mark = "&" if "?" in path else "?"
    return Page(f"own-{name}", f"/r/{path}{mark}lang={{lang}}", status, sends=sends or None)


def _frame(name: str, path: str, status: int = 200, /, **sends: str) -> Page:
    """A page for frames on other people's pages: its language stands behind the question mark."""
    return Page(f"embed-{name}", f"/embed/{path}?lang={{lang}}", status, sends=sends or None)


LISTS = (
    Page("home", "/{lang}/", indexable=True),
    Page("home-empty", "/{lang}/", indexable=True, at="empty"),
    Page("home-chosen", "/{lang}/?language=es&mode=in_person", indexable=True),
    Page("home-no-match", "/{lang}/?language=es&place=Atlantis", indexable=True),
    Page("home-over", "/{lang}/?page=2", indexable=True),
    Page("organization", "/{lang}/organizations/alianza-americas", indexable=True),
    Page("organization-pictured", "/{lang}/organizations/caminos-abiertos", indexable=True),
    Page("organization-nothing", "/{lang}/organizations/sur-libre", indexable=True),
    Page("programme", "/{lang}/programmes/summit", indexable=True),
    Page("tag", "/{lang}/tags/protection", indexable=True),
)
EVENTS = (
    *map(_event, ("plenty", "few", "queue", "full", "soon", "closed", "past", "cancelled")),
    *map(_event, ("online", "hybrid", "many-hosts", "pictured", "arabic", "kiche", "summit-2")),
    _event("unlisted", indexable=False),
    Page("event-draft", "/{lang}/events/draft", 404),
)
FORMS = (
    _form("open", "plenty"),
    _form("kinds", "hybrid"),
    _form("waitlist", "queue"),
    _form("arabic", "arabic"),
    _form("errors", "plenty", 422, form_id="{fresh_form}", name="", email="ana@example"),
    _form("kinds-errors", "hybrid", 422, name="Ana", email="ana@example.org", form_id="{fresh_hybrid}", consent="y"),
    _form("stale", "plenty", 400, form_id="forged", **ANA),
    _form("which", "plenty", 409, form_id="{used_form}", **ANA),
    _form("soon", "soon"),
    _form("closed", "closed"),
    _form("closed-sent", "closed", 409, form_id="forged", **ANA),
    _form("past", "past"),
    _form("cancelled", "cancelled"),
    _form("full", "full"),
)
RESULTS = (
    Page("result-confirmed", "/{lang}/events/plenty/registered/{receipt_plenty}"),
    Page("result-waitlisted", "/{lang}/events/queue/registered/{receipt_queue}"),
)
SEVERAL = (
    Page("several-choice", "/{lang}/programmes/summit/register"),
    Page("several-choice-none", "/{lang}/programmes/summit/register?chosen=1", 422),
    _several("form"),
    _several("errors", 422, form_id="{fresh_several}", name="", email="ana@example"),
    _several("stale", 400, form_id="forged", **ANA),
    _several("again", 409, form_id="{used_several}", **ANA),
    Page("several-result", "/{lang}/programmes/summit/registered/{receipt_several}"),
)
OWN = (
    _own("confirmed", "{confirmed}"),
    _own("online", "{online}"),
    _own("waitlisted", "{waiting}"),
    _own("left", "{left}"),
    _own("removed", "{removed}"),
    _own("past", "{was_there}"),
    _own("event-cancelled", "{event_off}"),
    _own("arabic", "{arabic}"),
    _own("corrected", "{confirmed}?done=correction"),
    _own("new-link-made", "{confirmed}?done=link"),
    _own("correction", "{confirmed}/correction"),
    _own("correction-errors", "{confirmed}/correction", 422, form_id="{fresh_correction}", name="", email="no"),
    _own("cancellation", "{confirmed}/cancellation"),
    _own("cancellation-waiting", "{waiting}/cancellation"),
    _own("cancellation-stale", "{confirmed}/cancellation", 400, form_id="forged"),
    _own("new-link", "{confirmed}/link"),
    _own("erasure", "{confirmed}/erasure"),
    _own("reminders", "{answered}/reminders"),
    _own("reminders-none", "{silent}/reminders"),
    _own("reminders-stale", "{answered}/reminders", 400, form_id="forged"),
    _own("silent", "{silent}"),
    Page("unsubscribe", "/unsubscribe/{leaves}?lang={lang}"),
    Page("unsubscribed", "/unsubscribe/{left_alone}?lang={lang}", sends={"List-Unsubscribe": "One-Click"}),
    Page("unsubscribe-unknown", "/unsubscribe/{unknown}", 404, languages=("en",)),
    _own("erasure-past", "{was_there}/erasure"),
    _own("unknown", "{unknown}", 404)._replace(languages=("en",)),
    _own("unconfirmed", "{unconfirmed}"),
    _own("confirmation", "{unconfirmed}/confirmation"),
    _own("confirmation-stale", "{unconfirmed}/confirmation", 400, form_id="forged"),
    _own("confirmation-full", "{unconfirmed_full}/confirmation", 409, form_id="{fresh_full}"),
    _own("confirmation-none", "{unknown}/confirmation", 404)._replace(languages=("en",)),
    _own("pending", "{pending}"),
    _own("cancellation-pending", "{pending}/cancellation"),
    _own("declined", "{declined}"),
    _own("offered", "{offered}"),
    _own("offer", "{offered}/offer"),
    _own("offer-stale", "{offered}/offer/acceptance", 400, form_id="forged"),
    _own("offer-refused", "{refused}"),
    _own("offer-refused-accepted", "{refused}/offer/acceptance", 409, form_id="forged"),
    _own("offer-over", "{offer_over}"),
    _own("offer-over-asked", "{offer_over}/offer"),
    _own("offer-lapsed", "{offer_lapsed}"),
    _own("answered", "{answered}"),
    _own("owing", "{owing}"),
    _own("waits-for-hall", "{waits_for_hall}"),
    _own("answers", "{answered}/answers"),
    _own("answers-first", "{owing}/answers"),
    _own("answers-errors", "{owing}/answers", 422, form_id="{fresh_answers}"),
    _own("answers-stale", "{owing}/answers", 400, form_id="forged"),
    _own("ticket-type", "{answered}/ticket-type"),
    _own("ticket-type-waiting", "{waits_for_hall}/ticket-type"),
    _own("ticket-type-full", "{answered}/ticket-type", 409, form_id="{fresh_ticket_type}", ticket_type="hall"),
    _own("handover", "{owing}/handover"),
    _own("handover-errors", "{owing}/handover", 422, form_id="{fresh_handover}", name="", email="ben", language="es"),
    _own("handover-refused", "{waiting}/handover"),
    _own("calendar", "{owing}/calendar"),
    _own("calendar-there", "{answered}/calendar"),
    _own("calendar-sent", "{answered}/calendar?done=sent"),
    _own("calendar-renewed", "{answered}/calendar?done=renewed"),
    _own("calendar-stopped", "{owing}/calendar?done=stopped"),
    _own("calendar-stale", "{answered}/calendar/renewal", 400, form_id="forged"),
    Page("my-link", "/{lang}/my-link", indexable=True),
    Page("my-link-errors", "/{lang}/my-link", 422, sends={"form_id": "{fresh_my_link}", "email": "ana"}),
    Page("my-link-sent", "/{lang}/my-link/sent"),
    Page("my-link-moved", "/{lang}/my-link/moved"),
    Page("my-link-handed", "/{lang}/my-link/handed"),
    Page("erased", "/{lang}/erased/{erased}"),
    Page("erased-before", "/{lang}/erased"),
)
FRAMES = (
    *(_frame(f"card-{state}", state) for state in ("plenty", "queue", "past", "cancelled", "arabic", "pictured")),
    _frame("card-draft", "draft", 404),
    _frame("list", "lists/all"),
    _frame("list-organization", "lists/organizations/alianza-americas"),
    _frame("list-nothing", "lists/organizations/sur-libre"),
    _frame("form", "plenty/register"),
    _frame("form-errors", "plenty/register", 422, form_id="{fresh_form}", name="", email="ana@example"),
    _frame("form-stale", "plenty/register", 400, form_id="forged", **ANA),
    _frame("form-closed", "closed/register"),
    _frame("result", "plenty/registered/{receipt_plenty}"),
)
ABOUT = (
    Page("privacy", "/{lang}/privacy", indexable=True),
    Page("accessibility", "/{lang}/accessibility", indexable=True),
    Page("seats", "/{lang}/how-seats-are-counted", indexable=True),
    Page("offline", "/{lang}/offline"),
    Page("sign-in", "/organize/sign-in", languages=("en",)),
    Page("sign-in-sent", "/organize/sign-in-sent", languages=("en",)),
)
DEMO = (
    Page("demo-home", "/{lang}/", indexable=True, at="demo"),
    Page("demo-components", "/{lang}/components", at="demo"),
    Page("demo-mailbox", "/mailbox/", indexable=True, at="demo", languages=("en",)),
)
ERRORS = (
    Page("error-404", "/{lang}/nothing", 404),
    Page("error-405", "/{lang}/privacy", 405, sends={}),
    Page("error-413", "/{lang}/events/plenty/register", 413, sends={"name": TOO_MUCH}),
    Page("error-429", "/{lang}/events/plenty/register", 429, sends={"form_id": "{crowd_form}", **ANA}, crowd=True),
    Page("error-500", "/{lang}/events/broken", 500),
    Page("error-503", "/{lang}/events/plenty/register", 503, sends={"form_id": "{fresh_form}", **ANA}, recorded=True),
)
PAGES = (*LISTS, *EVENTS, *FORMS, *RESULTS, *SEVERAL, *OWN, *FRAMES, *ABOUT, *DEMO, *ERRORS)


def named(name: str) -> Page:
    """The page of this name."""
    return next(page for page in PAGES if page.name == name)


def spoken(language: str) -> list[Page]:
    """The pages that can be asked for in this language."""
    return [page for page in PAGES if language in page.languages]
