"""The life of a registration: what can be, what cannot, and that the drawing of it is true."""

import re
from itertools import product
from pathlib import Path

import pytest

from eventsvc.registration import states
from eventsvc.registration.log import ATTENDEE, lines_of
from eventsvc.registration.models import LIVE, Status
from eventsvc.registration.states import TURNS, Impossible
from tests.registration.journal import comes, latest

ROOT = Path(__file__).parent.parent.parent
STEPS = {(verb, before, after) for verb, turn in TURNS.items() for before, after in turn.steps}


def test_the_drawing_shows_every_turn_and_no_other():
    drawing = (ROOT / "CONTRIBUTING.md").read_text().partition("stateDiagram-v2")[2].partition("```")[0]
    arrows = re.findall(r"(\S+) --> (\w+): (.+)", drawing)

    drawn = {
        (verb, None if before == "[*]" else before, after)
        for before, after, verbs in arrows
        for verb in verbs.split(", ")
    }
    assert drawn == STEPS


@pytest.mark.parametrize("verb", TURNS)
def test_every_other_turn_raises(verb):
    for before, after in product([None, *Status], Status):
        if (verb, before, after) in STEPS:
            states.check(verb, before, after)
        else:
            with pytest.raises(Impossible):
                states.check(verb, before, after)


def test_a_turn_nobody_knows_raises():
    with pytest.raises(Impossible):
        states.check("teleport", Status.PENDING, Status.CONFIRMED)


def test_nothing_leads_out_of_an_end():
    ends = set(Status) - set(LIVE)

    assert {before for _verb, before, _after in STEPS if before} == set(LIVE)
    assert {after for _verb, _before, after in STEPS} >= ends


def test_every_status_can_be_reached_and_every_live_one_left():
    assert {after for _verb, _before, after in STEPS} == set(Status)
    for status in LIVE:
        assert any(before == status and after != status for _verb, before, after in STEPS)


def test_only_one_place_sets_a_status():
    sources = (ROOT / "eventsvc" / "registration").glob("*.py"), (ROOT / "eventsvc" / "retention").glob("*.py")
    setting = [path.name for folder in sources for path in folder if re.search(r"\.status = (?!=)", path.read_text())]

    assert setting == ["states.py"]


def test_an_impossible_turn_changes_nothing_and_leaves_no_line(context, cast):
    event = cast.event()
    comes(event, "ana")
    ana = latest(event, "ana")

    with pytest.raises(Impossible):
        states.turn(ana, "promote", Status.CONFIRMED, ATTENDEE)

    assert ana.status == Status.CONFIRMED
    assert [(line.verb, line.before, line.after) for line in lines_of(ana)] == [("register", None, "confirmed")]
