"""Wherever an organizer types a time: one that the clocks skip is refused beside its field, one that comes twice is clear."""

from datetime import UTC, datetime
from typing import Any

import html5lib
import pytest
import sqlalchemy as sa
from werkzeug.test import TestResponse

from eventsvc.db import db
from eventsvc.events.models import Event
from eventsvc.events.tickets import TicketType
from tests.organizers.staff import Staff, says

NEW = "/organize/new-event?language=en"
SKIPPED, DOUBLED = "2031-03-09T02:30", "2031-11-02T01:30"  # in New York
TYPED = {
    "title_en": "Assembly",
    "starts": "2031-12-14T18:30",
    "ends": "2031-12-14T20:00",
    "timezone": "America/New_York",
}


def beside(page: TestResponse, name: str) -> str:
    """What is said of a field that is wrong: the text that its description points to."""
    tree = html5lib.parse(page.text, namespaceHTMLElements=False)
    (field,) = (each for each in tree.iter("input") if each.get("name") == name)
    assert field.get("aria-invalid") == "true", name
    named = {each.get("id"): " ".join("".join(each.itertext()).split()) for each in tree.iter() if each.get("id")}
    return " ".join(named[word] for word in field.get("aria-describedby", "").split())


def pages(staff: Staff) -> dict[str, str]:
    """The forms in which a time is typed, of an event in New York."""
    event = staff.event(timezone="America/New_York", languages=["en"], titles={"en": "A"}, kinds=[("a", 1), ("b", 1)])
    with staff.app.app_context():
        kind = db.session.scalar(sa.select(TicketType.id).where(TicketType.slug == "b"))
    desk = f"/organize/events/{event.slug}"
    return {"new": NEW, "edit": f"{desk}/edit", "clone": f"{desk}/clone", "kind": f"{desk}/places/{kind}"}


@pytest.mark.parametrize(
    ("form", "name", "others"),
    [
        ("new", "starts", TYPED),
        ("new", "ends", TYPED | {"starts": "2031-03-08T18:00"}),
        ("new", "registration_opens", TYPED),
        ("new", "registration_closes", TYPED),
        ("edit", "starts", {}),
        ("edit", "ends", {}),
        ("edit", "registration_opens", {}),
        ("edit", "registration_closes", {}),
        ("clone", "starts", {"ends": "2031-12-14T20:00"}),
        ("clone", "ends", {"starts": "2031-03-08T18:00"}),
        ("kind", "opens", {}),
        ("kind", "closes", {}),
    ],
)
def test_a_time_that_the_clocks_skip_is_refused_beside_its_field(
    staff: Staff, form: str, name: str, others: dict[str, Any]
) -> None:
    page, before = pages(staff)[form], written(staff)

    answer = staff.member().fill(page, **others | {name: SKIPPED})

    assert answer.status_code == 422
    assert "2:30 AM does not exist there. Choose an earlier or later time." in beside(answer, name)
    assert f'value="{SKIPPED}"' in answer.text
    assert written(staff) == before


def written(staff: Staff) -> list[Any]:
    with staff.app.app_context():
        columns = (Event.starts, Event.ends, Event.registration_opens, Event.registration_closes, Event.version)
        kinds = sa.select(TicketType.opens, TicketType.closes).order_by(TicketType.id)
        return [*db.session.execute(sa.select(*columns)).all(), *db.session.execute(kinds).all()]


@pytest.mark.parametrize("form", ["new", "edit", "clone"])
@pytest.mark.parametrize(
    ("name", "others"),
    [
        ("starts", {"ends": "2031-11-02T06:00"}),
        ("ends", {"starts": "2031-11-01T18:00"}),
    ],
)
def test_of_a_doubled_start_or_end_it_is_asked_which(
    staff: Staff, form: str, name: str, others: dict[str, str]
) -> None:
    member, page = staff.member(), pages(staff)[form]
    typed = (TYPED if form == "new" else {"title": "A"} if form == "clone" else {}) | others | {name: DOUBLED}

    asked = member.fill(page, **typed)

    assert asked.status_code == 422
    assert says(asked, "this time comes twice. Choose which of the two.")
    answer = member.fill(asked, **{f"{name}_fold": "1"})
    assert answer.status_code in {200, 303}  # an event that is announced already asks before it tells people
    if form != "edit":
        with staff.app.app_context():
            newest = db.session.scalars(sa.select(Event).order_by(Event.id.desc())).first()
            assert newest is not None
            assert getattr(newest, f"{name}_at") == datetime(2031, 11, 2, 6, 30, tzinfo=UTC)


def test_a_doubled_window_is_taken_from_the_first_to_the_second_and_the_form_says_so(staff: Staff) -> None:
    member = staff.member()
    sentence = "of an hour that comes twice the first counts for the beginning and the second for the end"
    paths = pages(staff)
    assert [says(member.get(paths[form]), sentence) for form in ("new", "edit", "kind")] == [True] * 3

    for name in ("registration_opens", "registration_closes"):
        assert member.fill(paths["new"], **TYPED | {"title_en": name, name: DOUBLED}).status_code == 303

    opens, closes = (staff.by_title("registration_opens").opens_at, staff.by_title("registration_closes").closes_at)
    assert opens is not None
    # As instants: of a time that comes twice Python says that it equals nothing elsewhere.
    assert opens.astimezone(UTC) == datetime(2031, 11, 2, 5, 30, tzinfo=UTC)
    assert closes.astimezone(UTC) == datetime(2031, 11, 2, 6, 30, tzinfo=UTC)
