"""An event with all that there is to say about registering comes back from its file as it was."""

import re
import tomllib
from typing import Any, get_args

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from eventsvc.db import db, transaction
from eventsvc.events.file_export import _table
from eventsvc.events.file_questions import QuestionKind
from eventsvc.events.file_shape import BadFile, EventEntry, read
from eventsvc.events.files import Imported
from eventsvc.events.models import Event, Organization
from eventsvc.questions import asked, editing, sets
from eventsvc.questions.files import export_event
from eventsvc.questions.models import Kind, OptionLimit, Question, Version
from eventsvc.registration import importing, parties
from eventsvc.registration.signup import sign_up
from eventsvc.settings import project_folder
from tests.events.test_files import DEMO, SMALL
from tests.retention.asking import person, taken

RULES = ("waitlist_most", "offer_hours", "confirms_address", "party_most", "promote_late", "retention_days")
RICH = """
[[event]]
slug = "rich"
languages = ["en", "es"]
title.en = "Assembly"
title.es = "Asamblea"
starts = 2031-06-10T18:00:00
ends = 2031-06-10T20:00:00
timezone = "America/Guatemala"
attendance = "hybrid"
host = "Alianza Americas"
capacity = 150
waitlist_most = 40
offer_hours = 24
confirms_address = true
party_most = 4
promote_late = true
retention_days = 45

[[event.ticket_type]]
slug = "hall"
name.en = "In the hall"
name.es = "En la sala"
capacity = 120
description.en = "Bring a document"
description.es = "Traiga un documento"
opens = 2021-05-01T09:00:00
closes = 2031-06-09T12:00:00

[[event.ticket_type]]
slug = "press"
name.en = "Press"
name.es = "Prensa"
approval = "keeps_seat"
capacity = 0

[[event.ticket_type]]
slug = "online"
name.en = "Online"
name.es = "En línea"

[[event.quota]]
name = "Headsets"
capacity = 30
ticket_types = ["hall", "press"]

[[event.question]]
slug = "workshop"
kind = "several_of"
label.en = "Which workshops?"
label.es = "¿Qué talleres?"
help.en = '''
Two at most:
they overlap.'''
help.es = "Dos como máximo"
purpose.en = "To plan the rooms."
purpose.es = "Para planear las salas."
required = true
least = 1
most = 2
ticket_types = ["hall", "press"]
retention_days = 7

[[event.question.option]]
slug = "weaving"
label.en = "Weaving"
label.es = "Tejido"
capacity = 20

[[event.question.option]]
slug = "radio"
label.en = "Radio"
label.es = "Radio"

[[event.question]]
slug = "loom"
kind = "yes_no"
label.en = "Do you bring a loom?"
label.es = "¿Trae un telar?"
depends_on.question = "workshop"
depends_on.options = ["weaving"]

[[event.question]]
slug = "height"
kind = "number"
label.en = "How high is it?"
label.es = "¿Qué altura tiene?"
least = 0.5
most = 3
decimals = true
depends_on.question = "loom"
depends_on.options = ["yes"]

[[event.question]]
slug = "arrival"
kind = "date"
label.en = "When do you arrive?"
label.es = "¿Cuándo llega?"
least = 2031-06-08
most = 2031-06-10
"""
UNCONFIRMED = "confirms_address = true\n"


def take(text: str, **how: bool) -> Imported:
    with transaction():
        (only,) = importing.apply(read(text), **how)
    return only


def event(slug: str = "rich") -> Event:
    query = sa.select(Event).where(Event.slug == slug).execution_options(populate_existing=True)
    return db.session.scalars(query).one()


def refusal(text: str, **how: bool) -> str:
    with pytest.raises(BadFile) as refused:
        take(text, **how)
    return refused.value.message


def empty() -> None:
    with transaction():
        for model in (OptionLimit, Version, Question, Event, Organization):
            db.session.execute(sa.delete(model))
    db.session.expire_all()


def test_a_file_makes_the_questions_with_their_limits_and_conditions(context):
    take(RICH, publish=True)

    workshop, loom, height, arrival = asked.questions_of(event().id, event().version)
    assert (workshop.required, workshop.ticket_types, workshop.retention_days) == (True, ("hall", "press"), 7)
    assert workshop.limits == {"least": 1, "most": 2}
    assert workshop.help["en"] == "Two at most:\nthey overlap."
    assert [option["slug"] for option in workshop.options] == ["weaving", "radio"]
    assert (loom.depends_on_id, loom.depends_on_options) == (workshop.question_id, ("weaving",))
    assert (height.depends_on_id, height.limits) == (loom.question_id, {"least": 0.5, "most": 3, "decimals": True})
    assert arrival.limits == {"least": "2031-06-08", "most": "2031-06-10"}
    limit = db.session.scalars(sa.select(OptionLimit)).one()
    assert (limit.option, limit.size, workshop.option_limits) == ("weaving", 20, {"weaving": limit.id})
    assert [getattr(event(), name) for name in RULES] == [40, 24, True, 4, True, 45]


def test_a_rich_event_comes_back_as_it_was_and_its_file_again_changes_nothing(context):
    take(RICH, publish=True)
    text = export_event("rich")
    version = event().version

    again = take(text, update=True)

    assert again.changed == frozenset()
    assert event().version == version
    assert export_event("rich") == text
    empty()
    take(text)
    assert export_event("rich") == text
    written, said = tomllib.loads(text)["event"][0], tomllib.loads(RICH)["event"][0]
    assert {key: written[key] for key in said} == said


def test_ready_made_sets_and_one_way_of_attending_that_says_something_come_back(context):
    take(SMALL)
    with transaction():
        small = event("small")
        for name in ("languages", "access", "diet", "organization", "press"):
            sets.add(small, name)
        db.session.execute(sa.text("UPDATE ticket_types SET approval = 'seat_after'"))
    text = export_event("small")

    assert take(text, update=True).changed == frozenset()
    empty()
    take(text)

    assert export_event("small") == text
    assert len(asked.questions_of(event("small").id, event("small").version)) > 8


def test_the_demonstrations_files_come_back_with_all_they_ask(context):
    with transaction():
        importing.apply(read(DEMO / "organizations.toml"))
        made = [each.event.slug for each in importing.apply(read(DEMO / "events.toml"))]
    for slug in made:
        text = export_event(slug)
        assert take(text, update=True).changed == frozenset()
        assert export_event(slug) == text


def test_another_wording_of_an_answered_question_is_a_new_one_and_the_answers_keep_theirs(context):
    take(RICH.replace(UNCONFIRMED, ""), publish=True)
    sign_up(event(), person(event(), "ana", workshop=["weaving"]))

    done = take(RICH.replace("Which workshops?", "Which of the workshops?"), update=True)

    workshop = editing.every(event())[0]
    assert done.changed == {"questions", "confirms_address"}
    assert [version.label["en"] for version in workshop.versions] == ["Which workshops?", "Which of the workshops?"]
    assert taken(event()) == {"weaving": 1}


def test_a_limit_that_comes_later_counts_who_has_chosen_already(context):
    take(RICH.replace(UNCONFIRMED, "").replace("capacity = 20\n", ""), publish=True)
    sign_up(event(), person(event(), "ana", workshop=["weaving"]))

    take(RICH.replace(UNCONFIRMED, ""), update=True)

    assert taken(event()) == {"weaving": 1}


def test_what_a_file_does_not_say_of_rules_and_questions_stays(context):
    take(RICH)
    left_out = (*RULES, "description", "opens", "closes", "approval")
    lines = RICH.split("[[event.quota]]", maxsplit=1)[0].splitlines()

    done = take("\n".join(line for line in lines if not line.startswith(left_out)), update=True)

    assert done.changed == frozenset()
    text = export_event("rich")
    assert all(word in text for word in ("offer_hours = 24", 'approval = "keeps_seat"', "Headsets", 'slug = "loom"'))


def test_zero_ends_a_rule(context):
    take(RICH)

    take(RICH.replace("offer_hours = 24", "offer_hours = 0").replace("most = 40", "most = 0"), update=True)

    assert (event().offer_hours, event().waitlist_most) == (None, None)


def test_the_questions_stand_in_the_order_of_the_file(context):
    take(RICH, publish=True)
    head, *questions = RICH.split("\n[[event.question]]\n")
    new = 'slug = "first"\nkind = "consent"\nlabel.en = "I agree"\nlabel.es = "De acuerdo"\n'
    text = "\n[[event.question]]\n".join([head, new, questions[3], *questions[:3]])

    assert take(text, update=True).changed == {"questions"}
    assert [each.slug for each in editing.every(event())] == ["first", "arrival", "workshop", "loom", "height"]
    assert take(text, update=True).changed == frozenset()


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("least = 1\n", 'least = "1"\n', "event[1].question[1].least: must be a number, or a day"),
        ("least = 1\n", "least = true\n", "event[1].question[1].least: must be a number, or a day"),
        ("least = 1\n", "least = 2031-01-01\n", "event[1].question[1].least: does not fit a question of the kind several_of"),
        ("least = 1\n", "least = 3\n", "event[1].question[1]: The most cannot be less than the least."),
        ("least = 2031-06-08\n", "least = 2031-06-08T10:00:00\n", "event[1].question[4].least: must be a number, or a day"),
        ('kind = "several_of"', 'kind = "many"', "event[1].question[1].kind: must be one of 'short_text'"),
        ('kind = "date"', 'kind = "country"', "event[1].question[4].least: a question of the kind country has none"),
        ('kind = "yes_no"', 'kind = "one_of"', "event[1].question[2].option: is missing"),
        ('slug = "loom"', 'slug = "workshop"', "event[1].question[2].slug: workshop stands in the file twice"),
        ('slug = "radio"', 'slug = "weaving"', "event[1].question[1].option[2].slug: weaving stands in the file twice"),
        ('label.es = "Tejido"', 'label.qu = "Away"', "event[1].question[1].option[1].label.qu: is not one of the event's"),
        ('depends_on.question = "loom"', 'depends_on.question = "roof"', "question[3].depends_on.question: roof is no earlier"),
        ('depends_on.options = ["yes"]', 'depends_on.options = ["si"]', "event[1].question[3].depends_on.options[1]: cannot be"),
        ('ticket_types = ["hall", "press"]\nretention', 'ticket_types = ["hal"]\nretention', "question[1].ticket_types[1]: hal is"),
        ("retention_days = 7", "retention_days = 46", "event[1].question[1].retention_days: is longer than that of the event"),
        ("required = true", "mandatory = true", "event[1].question[1].mandatory: is not a key we know"),
        ("capacity = 20", "capacty = 20", "event[1].question[1].option[1].capacty: is not a key we know"),
        ('ticket_types = ["hall", "press"]\n\n', 'ticket_types = ["roof"]\n\n', "event[1].quota[1].ticket_types[1]: roof is no"),
        ('approval = "keeps_seat"', 'approval = "yes"', "event[1].ticket_type[2].approval: must be one of 'none'"),
        ("closes = 2031-06-09T12", "closes = 2021-04-09T12", "event[1].ticket_type[1].closes: is not after the opening"),
        ('description.es = "Traiga', 'description.fr = "Traiga', "event[1].ticket_type[1].description.fr: is not one of"),
        ('name.en = "Press"\nname.es = "Prensa"\n', "", "event[1].ticket_type[2].name: is missing"),
        ("party_most = 4", "party_most = 11", "event[1].party_most: must be 10 or less"),
        ("offer_hours = 24", "offer_hours = 241", "event[1].offer_hours: must be 240 or less"),
    ],
)  # fmt: skip
def test_the_path_of_a_wrong_value_is_named(context, old, new, said):
    assert old in RICH

    assert said in refusal(RICH.replace(old, new, 1))
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Event)) == 0


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('slug = "loom"', 'slug = "frame"', "event[1].question[3].depends_on.question: loom is no earlier question"),
        ('slug = "arrival"', 'slug = "coming"', "event[1].question: the event asks arrival, which is not in the file"),
        ('kind = "date"', 'kind = "short_text"', "event[1].question[4].kind: a question keeps its kind"),
        ('slug = "radio"', 'slug = "wireless"', "event[1].question[1].option[2].slug: a new option is called after its label"),
        ('name = "Headsets"', 'name = "Head"', "event[1].quota: a file cannot add or remove a limit over several"),
        ('ticket_types = ["hall", "press"]\n\n', 'ticket_types = ["hall"]\n\n', "event[1].quota[1].ticket_types: a file cannot"),
        ('label.es = "¿Trae un telar?"\n', "", "event[1].question[2]: Write this in Spanish too"),
    ],
)  # fmt: skip
def test_what_a_file_cannot_change_of_a_known_event_is_named(context, old, new, said):
    take(RICH, publish=True)
    before = export_event("rich")
    text = RICH.replace(old, new, 1)
    if "kind" in old:
        text = text.replace("least = 2031-06-08\nmost = 2031-06-10\n", "")

    assert said in refusal(text, update=True)
    assert export_event("rich") == before


def test_publishing_names_the_text_of_a_question_that_is_missing(context):
    said = refusal(RICH.replace('label.es = "¿Trae un telar?"\n', ""), publish=True)

    assert said == "rich cannot be published: texts are missing (Spanish: question.loom.label)."


def test_the_same_kinds_and_bounds_hold_in_files_as_elsewhere():
    assert set(get_args(QuestionKind)) == {kind.value for kind in Kind}
    most = EventEntry.model_fields["party_most"].metadata
    assert parties.MOST in {getattr(rule, "le", None) for rule in most}


def test_the_example_in_the_readme_is_taken_in_and_comes_back(context):
    readme = (project_folder("config").parent / "README.md").read_text()
    (example,) = [block for block in re.findall(r"```toml\n(.*?)```", readme, re.DOTALL) if "[[event]]" in block]

    take(example, publish=True)

    text = export_event("assembly")
    assert take(text, update=True).changed == frozenset()
    written, said = tomllib.loads(text)["event"][0], tomllib.loads(example)["event"][0]
    assert {key: written[key] for key in said} == said


names = st.text("abcdefgh", min_size=3, max_size=6)
texts = st.text(st.characters(codec="utf-8", exclude_categories=("C", "Z")), min_size=1, max_size=12)
sizes = st.none() | st.integers(0, 50)


@st.composite
def entries(draw: st.DrawFn) -> dict[str, Any]:
    """Ticket types, limits over some of them, and questions that may depend on what was asked before."""
    kinds = draw(st.lists(names, min_size=2, max_size=3, unique=True))
    approvals = st.sampled_from([None, "keeps_seat", "seat_after"])
    some = st.sets(st.sampled_from(kinds), min_size=1)
    asked: list[dict[str, Any]] = []
    for slug in draw(st.lists(names, max_size=4, unique=True)):
        asked.append(draw(questions(slug, kinds, asked)))
    return {
        "offer_hours": draw(st.integers(0, 240)),
        "party_most": draw(st.integers(1, 10)),
        "capacity": draw(sizes),
        "ticket_type": [
            {"slug": slug, "name": {"en": draw(texts)}, "capacity": draw(sizes), "approval": draw(approvals)}
            for slug in kinds
        ],
        "quota": [
            {"name": name, "capacity": draw(sizes), "ticket_types": [slug for slug in kinds if slug in over]}
            for name, over in draw(st.dictionaries(names, some, max_size=2)).items()
        ],
        "question": asked,
    }


@st.composite
def questions(draw: st.DrawFn, slug: str, kinds: list[str], before: list[dict[str, Any]]) -> dict[str, Any]:
    kind = draw(st.sampled_from(list(Kind)))
    options = draw(st.lists(names, min_size=2, max_size=3, unique=True)) if kind in {"one_of", "several_of"} else []
    answers = [(each["slug"], answer) for each in before for answer in _answers(each)]
    earlier = draw(st.none() | st.sampled_from(answers)) if answers else None
    bounded = kind in {"short_text", "number", "several_of"}
    return {
        "slug": slug,
        "kind": kind.value,
        "label": {"en": draw(texts)},
        "purpose": {"en": draw(texts)} if draw(st.booleans()) else {},
        "required": draw(st.sampled_from([None, True])),
        "most": draw(st.none() | st.integers(3, 9)) if bounded else None,
        "ticket_types": sorted(draw(st.sets(st.sampled_from(kinds)))),
        "depends_on": {"question": earlier[0], "options": [earlier[1]]} if earlier else None,
        "retention_days": draw(st.none() | st.integers(0, 30)),
        "option": [{"slug": each, "label": {"en": each}, "capacity": draw(sizes)} for each in options],
    }


def _answers(question: dict[str, Any]) -> list[str]:
    known = {"yes_no": ["yes", "no"], "consent": ["yes"]}
    return known.get(question["kind"]) or [option["slug"] for option in question["option"]]


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(entries())
def test_whatever_is_said_comes_back(context, said):
    empty()
    text = "\n".join(_table("event", tomllib.loads(SMALL)["event"][0] | said))

    take(text)
    written = export_event("small")

    found = tomllib.loads(written)["event"][0]
    assert {key: found[key] for key in found if key in said} == _filled(said)
    empty()
    take(written)
    assert export_event("small") == written


def _filled(value: Any) -> Any:
    """Without what TOML cannot say: nothing."""
    if isinstance(value, dict):
        return {key: _filled(each) for key, each in value.items() if each not in (None, [], {})}
    return [_filled(each) for each in value] if isinstance(value, list) else value
