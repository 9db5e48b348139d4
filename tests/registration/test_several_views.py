"""Registering for several events of a programme, through the pages."""

import re
import time
from datetime import timedelta
from html.parser import HTMLParser
from statistics import median

import pytest
from werkzeug.datastructures import MultiDict

from eventsvc.db import db, transaction
from eventsvc.events import editing
from eventsvc.events.models import Event, FormerSlug, Programme
from eventsvc.intake import current_settings
from eventsvc.questions.models import Kind
from eventsvc.registration import several
from eventsvc.registration.models import Registration
from eventsvc.tokens import new_form_id
from tests.registration.journal import ticket_type
from tests.registration.visitor import mails, register, text_of
from tests.retention.asking import ask

MADE_UP = re.compile(
    r"(?<=name=\"form_id\" type=\"hidden\" value=\")[^\"]+|(?<=name=\"form_id\" value=\")[^\"]+|(?<=/registered/)[\w-]+"
)


class Sheet(HTMLParser):
    """The forms of a page as a browser would send them, names that come several times included."""

    def __init__(self, html):
        super().__init__()
        self.forms = []
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        given = dict(attrs)
        if tag == "form":
            self.forms.append((given["action"], MultiDict()))
        elif tag == "input" and self.forms and self._counts(given):
            self.forms[-1][1].add(given["name"], given.get("value") or "")

    @staticmethod
    def _counts(given):
        ticked = given.get("type") not in {"radio", "checkbox"} or "checked" in given
        return ticked and "disabled" not in given


def fill_in(page, number=0, /, **values):
    """Where the form goes, and what it holds with these values; one that is None is left out."""
    action, filled = Sheet(page.text).forms[number]
    for name, value in values.items():
        filled.pop(name.replace("__", "-"), None)
        if value is not None:
            filled.setlist(name.replace("__", "-"), value if isinstance(value, list) else [value])
    return action, filled


class Series:
    """A programme of three days, and somebody with a browser that runs no script."""

    def __init__(self, app, client, cast):
        self.app, self.client = app, client
        self.events = [cast.event(f"Day {n}", days=n + 2, capacity=3, slug=f"day-{n}") for n in (1, 2, 3)]
        with app.app_context(), transaction():
            programme = Programme(slug="series", name={"en": "The series", "es": "La serie"})
            db.session.add(programme)
            db.session.flush()
            for event in self.events:
                db.session.get_one(Event, event.id).programme_id = programme.id
            self.id = programme.id

    def path(self, *numbers, lang="en"):
        chosen = "&".join(f"event=day-{number}" for number in numbers)
        return f"/{lang}/programmes/series/register{'?' if chosen else ''}{chosen}"

    def form(self, *numbers, lang="en"):
        page = self.client.get(self.path(*(numbers or (1, 2, 3)), lang=lang))
        assert page.status_code == 200, page.text
        return page

    def send(self, page, **values):
        action, filled = fill_in(page, **({"name": "Ana", "email": "ana@example.org", "consent": "y"} | values))
        return self.client.post(action, data=filled)

    def rule(self, number, **values):
        """What the organizers decide about the event of that day, or about its only ticket type."""
        with self.app.app_context():
            event = db.session.get_one(Event, self.events[number - 1].id)
            kind = ticket_type(event)
            with transaction():
                for name, value in values.items():
                    setattr(event if hasattr(event, name) else kind, name, value)
                editing.touch(event)

    def ask(self, number, *question, **more):
        with self.app.app_context():
            return ask(db.session.get_one(Event, self.events[number - 1].id), *question, **more).id

    def statuses(self):
        with self.app.app_context():
            rows = db.session.scalars(db.select(Registration).order_by(Registration.event_id))
            return [(row.event_id - self.events[0].id + 1, str(row.status)) for row in rows]

    def field(self, number, name):
        return f"e{self.events[number - 1].id}__{name}"


@pytest.fixture
def series(app, client, cast):
    return Series(app, client, cast)


# Choosing


def test_the_programme_leads_to_the_form_while_two_of_its_events_are_open(series):
    assert 'href="/en/programmes/series/register"' in series.client.get("/en/programmes/series").text

    for number in (1, 2):
        series.rule(number, registration_closes=series.events[0].starts - timedelta(days=30))

    assert "/register" not in series.client.get("/en/programmes/series").text


def test_each_event_is_offered_with_how_it_stands_and_none_that_cannot_be_had(series, browse):
    series.rule(1, registration_closes=series.events[0].starts - timedelta(days=30))
    for name in ("Ben", "Cleo", "Dan"):
        register(series.client, series.events[1], name)
    page = browse.get(series.path())

    offered = re.findall(r'<input type="checkbox"[^>]*value="([\w-]+)"( disabled)?', page.text)
    assert offered == [("day-1", " disabled"), ("day-2", ""), ("day-3", "")]
    assert [words in page.text for words in ("Registration is closed", "You would join the waitlist.")] == [True] * 2


def test_a_choice_becomes_an_address_that_can_be_linked_and_gone_back_from(series, browse):
    action, filled = fill_in(browse.get(series.path()), event=["day-1", "day-3"])
    page = series.client.get(action, query_string=filled)

    assert "<h1>Register for 2 events</h1>" in page.text
    assert page.headers["Cache-Control"] == "private, no-cache"
    (changing,) = re.findall(r'href="([^"]+change=1)"', page.text.replace("&amp;", "&"))
    ticked = re.findall(r'value="([\w-]+)" checked', browse.get(changing).text)
    assert ticked == ["day-1", "day-3"]


def test_choosing_nothing_is_said_and_choosing_one_leads_to_its_own_form(series, browse):
    action, filled = fill_in(browse.get(series.path()))
    nothing = browse.get(action, 422, query_string=filled)

    assert "Choose the events you want to come to." in nothing.text
    assert series.client.get(series.path(2)).location == "/en/events/day-2/register"


def test_more_than_fit_one_form_are_refused_with_the_choice_kept(series, browse, monkeypatch):
    monkeypatch.setattr("eventsvc.registration.several_views.MOST", 2)
    page = browse.get(series.path(1, 2, 3), 422)

    assert several.MOST == 20
    assert "Choose 2 events at most." in page.text
    assert page.text.count(" checked") == 3


def test_events_that_stand_in_no_list_are_not_there(series, cast):
    series.rule(1, visibility="invitation")
    page = series.client.get(series.path(1, 2, 3))

    assert "Day 1" not in series.client.get(series.path()).text + page.text
    assert "Register for 2 events" in page.text
    assert series.client.get(series.path(1)).status_code == 200  # as if nothing had been chosen
    elsewhere = cast.event("Elsewhere", slug="elsewhere")
    assert "Elsewhere" not in series.client.get(f"{series.path(1, 2)}&event={elsewhere.slug}").text


@pytest.mark.parametrize("path", ["nowhere/register", "nowhere/registered/x", "series/registered/x"])
def test_what_is_not_there_is_404(series, path):
    assert series.client.get(f"/en/programmes/{path}").status_code == 404
    assert series.client.post("/en/programmes/nowhere/register").status_code == 404


def test_a_former_slug_leads_on_with_the_choice(series):
    with series.app.app_context(), transaction():
        db.session.add(FormerSlug(kind="programme", slug="old", target_id=series.id))

    answer = series.client.get("/en/programmes/old/register?event=day-1&event=day-2")

    assert (answer.status_code, answer.location) == (301, series.path(1, 2))


def test_times_that_clash_are_told_and_not_refused(series, browse):
    with series.app.app_context(), transaction():
        first, second = (db.session.get_one(Event, series.events[n].id) for n in (0, 1))
        second.starts, second.ends = first.starts + timedelta(hours=1), first.ends + timedelta(hours=1)
        second.starts_at, second.ends_at = second.starts_local, second.ends_local
        editing.touch(second)
    page = browse.get(series.path(1, 2, 3))

    assert "“Day 1” and “Day 2” take place at the same time." in " ".join(
        re.sub("[\u2066-\u2069]", "", page.text).split()
    )
    assert series.send(page).status_code == 303


# Registering


@pytest.mark.parametrize(("lang", "words"), [("en", "You have your places"), ("es", "Tiene sus lugares")])
def test_one_form_registers_at_every_event_and_the_result_says_so(series, browse, lang, words):
    answer = series.send(series.form(lang=lang))
    result = browse.get(answer.location)

    assert answer.status_code == 303
    assert re.fullmatch(rf"/{lang}/programmes/series/registered/[\w-]{{22}}", answer.location)
    assert f"<h1>{words}</h1>" in result.text
    assert "a…@example.org" in result.text
    assert [f"/{lang}/events/day-{number}.ics" in result.text for number in (1, 2, 3)] == [True] * 3
    assert series.statuses() == [(1, "confirmed"), (2, "confirmed"), (3, "confirmed")]
    assert [len(mails(series.client, event)) for event in series.events] == [1, 0, 0]


def test_the_result_tells_each_event_apart(series, browse):
    for name in ("Ben", "Cleo", "Dan"):
        register(series.client, series.events[0], name)
    series.rule(2, approval="seat_after")
    series.rule(3, confirms_address=True)
    result = browse.get(series.send(series.form()).location)

    assert "<h1>This is how you stand</h1>" in result.text
    marks = re.findall(r'class="mark [\w-]+">([^<]+)<', result.text)
    assert marks == ["You are on the waitlist", "The organizers have your request", "Waits for your confirmation"]
    assert ".ics" not in result.text


def test_each_event_asks_its_own_questions_and_its_own_way_of_attending(series, cast, browse):
    hybrid = cast.event("Both ways", days=6, slug="day-4", kinds=[("hall", 5), ("online", 5)], attendance="hybrid")
    series.events.append(hybrid)
    with series.app.app_context(), transaction():
        db.session.get_one(Event, hybrid.id).programme_id = series.id
    first = series.ask(1, "city", kind=Kind.SHORT_TEXT, required=True)
    last = series.ask(4, "city", kind=Kind.SHORT_TEXT)
    form = browse.get(series.path(1, 4))
    wrong = series.send(form, **{series.field(4, f"q{last}"): "Tegucigalpa"})

    assert wrong.status_code == 422
    assert re.findall(r'<li><a href="#([\w-]+)">([^<]+)</a>', wrong.text) == [
        (f"e{series.events[0].id}-q{first}", "Day 1, “City?”: Please answer this question."),
        (f"e{hybrid.id}-ticket_type-0", "Both ways: Choose how you will take part."),
    ]
    assert 'value="Tegucigalpa"' in wrong.text
    assert 'value="Ana"' in wrong.text
    assert series.statuses() == []
    right = {series.field(1, f"q{first}"): "Quito", series.field(4, "ticket_type"): "online"}
    assert series.send(wrong, **right).status_code == 303
    assert series.statuses() == [(1, "confirmed"), (4, "confirmed")]


def test_without_name_address_and_consent_nothing_is_registered_and_nothing_typed_is_lost(series, browse):
    page = series.form()
    action, filled = fill_in(page, name="", email="ana@", consent=None)
    wrong = browse.post(action, filled, 422)

    assert wrong.text.index("There is a problem") < wrong.text.index("<h1>")
    assert [
        word in wrong.text for word in ("Enter a name for the badge.", 'value="ana@"', "We need your agreement")
    ] == [True] * 3
    assert series.statuses() == []


def test_a_forged_form_comes_back_with_what_was_typed_and_can_be_sent(series, browse):
    action, filled = fill_in(series.form(), name="Ana", email="ana@example.org", consent="y", form_id="forged")
    page = browse.post(action, filled, 400)

    assert "This form has expired." in page.text
    assert 'value="ana@example.org"' in page.text
    assert series.statuses() == []
    assert series.send(page).status_code == 303


def test_a_form_for_other_events_than_are_sent_is_none_of_ours(series):
    assert series.send(series.form(), form_id=new_form_id_for(series, 1, 2)).status_code == 400
    assert series.statuses() == []


def new_form_id_for(series, *numbers):
    """Of a form for other events than those that are sent with it."""
    with series.app.app_context():
        return new_form_id("programme", f"{series.id}:{','.join(str(series.events[n - 1].id) for n in numbers)}")


def test_the_trap_and_haste_leave_unconfirmed(series):
    result = series.client.get(series.send(series.form(), homepage="http://spam.example").location)

    assert "<h1>One more step: look at your mail</h1>" in result.text
    assert {status for _event, status in series.statuses()} == {"unconfirmed"}


def test_so_many_from_one_network_are_too_many(series):
    limit = current_limit(series)
    form = series.form()
    action, filled = fill_in(form, name="Ana", email="ana@example.org", consent="y")
    elsewhere = {"REMOTE_ADDR": "203.0.113.9"}
    answers = [series.client.post(action, data=filled, environ_base=elsewhere) for _ in range(limit + 1)]

    assert [answer.status_code for answer in answers] == [303] * limit + [429]
    assert answers[-1].headers["Retry-After"] == "60"


def current_limit(series):
    with series.app.app_context():
        settings = current_settings()
        return -(-settings.limit_network // settings.workers)


# All or nothing


def test_where_one_event_is_full_nothing_is_registered_and_the_rest_can_be_sent_at_once(series, browse):
    form = series.form()
    series.rule(2, waitlist=False)
    for name in ("Ben", "Cleo", "Dan"):
        register(series.client, series.events[1], name)
    answer = series.send(form)

    assert answer.status_code == 409
    assert '<a href="#event-2">Day 2: All places are taken' in re.sub(r"event-\d+", "event-2", answer.text)
    assert "Nothing has been registered yet." in answer.text
    assert "<h1>Register for 2 events</h1>" in answer.text
    assert 'value="ana@example.org"' in answer.text
    assert len(series.statuses()) == 3
    assert series.send(answer).status_code == 303
    assert sorted(series.statuses()) == [(1, "confirmed"), *[(2, "confirmed")] * 3, (3, "confirmed")]


def test_where_all_of_them_closed_there_is_no_form_any_more(series, browse):
    form = series.form(1, 2)
    for number in (1, 2):
        series.rule(number, registration_closes=series.events[0].starts - timedelta(days=30))
    answer = series.send(form)

    assert answer.status_code == 409
    assert answer.text.count("Registration is closed.") == 2
    assert 'method="post"' not in answer.text
    assert browse.get(series.path(1, 2)).status_code == 200


def test_a_used_up_option_is_told_at_its_question(series):
    question = series.ask(2, "lunch", ("beans", 1), ("rice", None))
    name = series.field(2, f"q{question}")
    form = series.form()
    series.send(form, name="Ben", email="ben@example.org", **{name: ["beans"]})
    answer = series.send(series.form(), **{name: ["beans"]})

    assert answer.status_code == 409
    assert "Day 2, “Lunch?”: There are no places left for “Beans”." in answer.text
    assert len(series.statuses()) == 3
    assert series.send(answer, **{name: ["rice"]}).status_code == 303


# The same form again


def test_the_same_form_again_leads_to_the_same_result_even_where_it_took_the_last_seat(series):
    series.rule(1, waitlist=False)
    for name in ("Ben", "Cleo"):
        register(series.client, series.events[0], name)
    form = series.form()
    first, again = series.send(form), series.send(form)

    assert (again.status_code, again.location) == (303, first.location)
    assert len(series.statuses()) == 5


def test_the_same_form_with_other_content_asks_and_registers_another_person_only_when_told(series, browse):
    form = series.form()
    series.send(form)
    asked = series.send(form, name="Ben", email="ben@example.org")

    assert asked.status_code == 409
    assert "<h1>Register another person?</h1>" in asked.text
    assert len(series.statuses()) == 3
    action, filled = fill_in(asked)
    assert browse.post(action, filled).status_code == 303
    assert len(series.statuses()) == 6


# Nobody learns who is on the list


def seen(page):
    headers = [(name, MADE_UP.sub("…", value)) for name, value in page.headers]
    return page.status_code, MADE_UP.sub("…", page.text), headers


def walk(series, who):
    """Register, look at the result, send it again, send it with another name, send it wrong."""
    form = series.form()
    email = f"{who}@example.org"
    answer = series.send(form, email=email)
    pages = [answer, series.client.get(answer.location), series.send(form, email=email)]
    pages += [series.send(form, email=email, name="Eva"), series.send(form, email=email, name="")]
    return [repr(seen(page)).replace(who, "somebody") for page in pages]


@pytest.mark.parametrize("known_at", [(1,), (1, 2, 3)], ids=["at one", "at all"])
def test_a_known_and_an_unknown_address_see_the_same_pages(series, known_at):
    for number in known_at:
        register(series.client, series.events[number - 1], "Known", email="known@example.org")

    assert walk(series, "known") == walk(series, "knawn")
    told = text_of(mails(series.client, series.events[0], "known@example.org")[-1])
    assert ("nothing has changed" in told) == (len(known_at) == 3)


@pytest.mark.parametrize("told", [0, 3], ids=["who hears of it", "who heard it often enough"])
def test_a_known_address_costs_as_much_work_as_a_new_one(series, told):
    people = [f"known{number}" for number in range(10)]
    for who in people * (1 + told):
        series.send(series.form(), email=f"{who}@example.org")

    taken: dict[bool, list[float]] = {True: [], False: []}
    for number, who in enumerate(people):
        for is_known, name in ((True, who), (False, f"unknown{number}")):
            form = series.form()
            began = time.process_time()
            series.send(form, email=f"{name}@example.org")
            taken[is_known].append(time.process_time() - began)

    assert 0.6 < median(taken[True]) / median(taken[False]) < 1.6
