"""An event like another one asks the same, of other people."""

from eventsvc.db import transaction
from eventsvc.questions import editing, sets
from eventsvc.questions.asked import questions_of
from eventsvc.questions.copying import copy
from tests.questions.writing import ask, comes, reword, stored, taken, wording


def test_what_is_asked_now_is_asked_there_with_its_conditions_and_empty_limits(context, cast):
    event, made = cast.event(), cast.event("Again", published=False)
    day = ask(event, "Workshop?", "Law", "Press")
    comes(event, "ana", (day, "law"))
    reword(event, day, wording("Which workshop?", *stored(day, law=20)))
    bed = ask(event, "Bed?")
    with transaction():
        diet, details = sets.add(event, "diet").questions
        editing.move(event, diet, down=False)
        editing.move(event, diet, down=False)
        editing.withdraw(event, bed)

    with transaction():
        copy(event, made)

    asked = questions_of(made.id, made.version)
    before = {each.slug: each for each in questions_of(event.id, event.version)}
    assert [each.slug for each in asked] == ["diet", "workshop", "diet-details"]
    for each in asked:
        same = ("kind", "label", "help", "purpose", "required", "options", "limits", "retention_days")
        assert [getattr(each, name) for name in same] == [getattr(before[each.slug], name) for name in same]
    assert (asked[2].depends_on_id, asked[2].depends_on_options) == (asked[0].question_id, ("other",))
    assert [version.number for version in editing.one(made, asked[1].question_id).versions] == [1]
    assert taken(editing.one(made, asked[1].question_id)) == {"law": (0, 20)}
    assert taken(day) == {"law": (1, 20)}
    assert details.event_id == event.id
