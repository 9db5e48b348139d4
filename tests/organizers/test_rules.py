"""Registration rules: each switch does to people what the page says it does."""

import pytest

from tests.organizers.staff import form_on, says


def rules(event):
    return f"/organize/events/{event.slug}/rules"


def test_what_is_saved_stands_in_the_form_again(staff):
    event = staff.event(capacity=5)
    member = staff.member()

    saved = member.fill(
        rules(event), party_most="4", confirms_address="y", waitlist_paused="y", offer_hours="24", waitlist_most="30"
    )

    assert saved.status_code == 303
    shown = form_on(member.get(rules(event)))[1]
    assert (shown["party_most"], shown["offer_hours"], shown["waitlist_most"]) == ("4", "24", "30")
    assert {"confirms_address", "waitlist_paused"} <= shown.keys()
    fresh = staff.fresh(event)
    assert (fresh.party_most, fresh.offer_hours, fresh.waitlist_most) == (4, 24, 30)
    assert (fresh.confirms_address, fresh.waitlist_paused) == (True, True)
    assert fresh.version == event.version + 1
    assert fresh.sequence == event.sequence


def test_while_it_is_paused_nobody_moves_up_and_then_at_once(staff):
    event = staff.event(capacity=1)
    ana = staff.signs_up(event, "Ana")
    staff.signs_up(event, "Beto")
    member = staff.member()
    member.fill(rules(event), waitlist_paused="y")

    staff.cancels(ana)
    assert staff.statuses(event) == ["cancelled", "waitlisted"]
    assert says(member.get(rules(event)), "The queue stands still: it is paused, under Rules.")

    member.fill(rules(event), waitlist_paused=None)
    assert staff.statuses(event) == ["cancelled", "confirmed"]
    assert says(member.get(rules(event)), "1 person moved up from the waitlist.")


def test_with_hours_to_answer_who_is_next_is_asked(staff):
    event = staff.event(capacity=1)
    ana = staff.signs_up(event, "Ana")
    staff.signs_up(event, "Beto")
    member = staff.member()
    member.fill(rules(event), waitlist_paused="y")
    staff.cancels(ana)

    member.fill(rules(event), waitlist_paused=None, offer_hours="24")

    assert staff.statuses(event) == ["cancelled", "offered"]
    assert says(member.get(rules(event)), "1 person from the waitlist was offered a place.")


@pytest.mark.parametrize(
    ("field", "typed", "sentence"),
    [
        ("party_most", "0", "Enter a number from 1 to 10."),
        ("party_most", "11", "Enter a number from 1 to 10."),
        ("party_most", "", "Enter a number from 1 to 10."),
        ("offer_hours", "0", "Enter a number of hours from 1 to 240"),
        ("offer_hours", "241", "Enter a number of hours from 1 to 240"),
        ("offer_hours", "a day", "Enter a whole number, such as 60."),
        ("waitlist_most", "0", "Enter a number from 1 to 1,000,000"),
    ],
)
def test_what_is_out_of_range_is_said_beside_it_and_nothing_is_changed(staff, field, typed, sentence):
    event = staff.event(capacity=5)
    member = staff.member()

    answer = member.fill(rules(event), confirms_address="y", **{field: typed})

    assert answer.status_code == 422
    assert says(answer, sentence)
    assert form_on(answer)[1][field] == typed
    assert "confirms_address" in form_on(answer)[1]
    assert staff.fresh(event).version == event.version
