"""Questions at the desk: written in every language, arranged, limited, asked no more; nothing typed is lost."""

from urllib.parse import urlsplit

import html5lib
import pytest
import sqlalchemy as sa
from sqlalchemy import event as listen

from eventsvc.db import db, transaction
from eventsvc.events.models import Event
from eventsvc.questions import editing, sets
from eventsvc.questions.models import Kind, OptionLimit
from tests.organizers.staff import form_on, says
from tests.questions import writing


def page(event, *more):
    return "/".join([f"/organize/events/{event.slug}/questions", *map(str, more)])


def new(event, kind):
    return page(event, f"new?kind={kind}")


WORKSHOP = {
    "label_en": "Workshop?", "label_es": "¿Taller?",
    "option_0_en": "Law", "option_0_es": "Derecho", "option_0_size": "20",
    "option_1_en": "Press", "option_1_es": "Prensa",
}  # fmt: skip


def stored(staff, event):
    """The questions as they are: slug, asked or not, and the newest wording."""
    with staff.app.app_context():
        return [(each.slug, each.asked, editing.current(each)) for each in editing.every(staff.fresh(event))]


def asks(staff, event, text="Food?", *labels, **more):
    with staff.app.app_context():
        return writing.ask(db.session.get_one(Event, event.id), text, *labels, **more).id


def answers(staff, event, question, value):
    with staff.app.app_context():
        found = db.session.get_one(Event, event.id)
        writing.comes(found, "ana", (editing.one(found, question), value))


@pytest.fixture
def event(staff):
    return staff.event()


@pytest.fixture
def draft(staff):
    return staff.event(published=False)


def test_a_question_is_written_in_every_language_with_its_options_and_their_limits(staff, event):
    member = staff.member()

    kinds = member.get(page(event, "new"))
    assert says(kinds, "One of several options")
    typed = WORKSHOP | {"help_en": "One.", "help_es": "Uno.", "purpose_en": "To plan.", "purpose_es": "Para planear."}
    answer = member.fill(new(event, "one_of"), required="y", retention_days="7", **typed)

    assert answer.status_code == 303
    ((slug, asked, version),) = stored(staff, event)
    assert (slug, asked, version.kind, version.required) == ("workshop", True, "one_of", True)
    assert version.label == {"en": "Workshop?", "es": "¿Taller?"}
    assert version.help == {"en": "One.", "es": "Uno."}
    assert version.purpose == {"en": "To plan.", "es": "Para planear."}
    assert version.options == [
        {"slug": "law", "label": {"en": "Law", "es": "Derecho"}},
        {"slug": "press", "label": {"en": "Press", "es": "Prensa"}},
    ]
    shown = member.get(page(event))
    for sentence in ("Workshop?", "must be answered", "Law: 0 of 20 taken", "0 answers", "erased 7 days after the end"):
        assert says(shown, sentence), sentence


@pytest.mark.parametrize(
    ("kind", "typed", "limits"),
    [
        ("short_text", {"most": "80"}, {"most": 80}),
        ("long_text", {"most": ""}, {}),
        ("number", {"least": "0", "most": "12"}, {"least": 0, "most": 12}),
        ("date", {"least": "2027-05-01", "most": "2027-05-03"}, {"least": "2027-05-01", "most": "2027-05-03"}),
        ("yes_no", {}, {}),
        ("country", {}, {}),
        ("language", {}, {}),
        ("consent", {}, {}),
    ],
)
def test_every_kind_has_the_limits_that_it_knows(staff, event, kind, typed, limits):
    member = staff.member()

    assert member.fill(new(event, kind), label_en="Q", label_es="P", **typed).status_code == 303

    ((_slug, _asked, version),) = stored(staff, event)
    assert (version.kind, version.limits) == (kind, limits)
    edited = page(event, editing_id(staff, event))
    assert member.fill(edited).status_code == 303
    assert stored(staff, event)[0][2].id == version.id


def editing_id(staff, event, number=0):
    with staff.app.app_context():
        return editing.every(staff.fresh(event))[number].id


def test_more_rows_come_with_a_button_and_keep_what_was_typed(staff, event):
    member = staff.member()
    first = member.get(new(event, "several_of"))

    more = member.fill(first, more="1", **(WORKSHOP | {"option_2_en": "Music"}))

    assert more.status_code == 200
    assert stored(staff, event) == []
    values = form_on(more)[1]
    assert len([name for name in values if name.endswith("_slug")]) == 6
    assert WORKSHOP.items() <= values.items()
    answer = member.fill(more, option_2_es="Música", option_5_en="Art", option_5_es="Arte")
    assert answer.status_code == 303
    assert [o["slug"] for o in stored(staff, event)[0][2].options] == ["law", "press", "music", "art"]


@pytest.mark.parametrize(
    ("kind", "typed", "field", "sentence"),
    [
        ("yes_no", {"label_en": ""}, "label_en", "Enter the question."),
        ("yes_no", {"label_es": ""}, "label_es", "Write this in Spanish too: the event is published."),
        ("yes_no", {"help_es": "Sí."}, "help_en", "Write this in English too: the event is published."),
        ("yes_no", {"retention_days": "99"}, "retention_days", "At most 30 days: then all personal data of the event"),
        ("yes_no", {"retention_days": "x"}, "retention_days", "Enter a whole number, such as 60."),
        ("number", {"least": "9", "most": "3"}, "most", "The most cannot be less than the least."),
        ("date", {"least": "tomorrow"}, "least", "Enter a date, such as 2027-05-14."),
        ("one_of", {"option_0_en": "A", "option_0_es": "A"}, "option_0_en", "Enter at least two options."),
        ("one_of", WORKSHOP | {"option_0_size": "many"}, "option_0_size", "Enter a whole number, such as 60."),
        ("one_of", WORKSHOP | {"option_1_en": "law"}, "option_0_en", "Two options read “law” in English."),
        ("one_of", WORKSHOP | {"option_0_slug": "gone", "option_1_slug": "gone"}, "option_0_en", "An option stands"),
    ],
)
def test_what_is_wrong_is_said_at_its_field_and_nothing_typed_is_lost(staff, event, kind, typed, field, sentence):
    member = staff.member()
    typed = {"label_en": "Q", "label_es": "P", "purpose_en": "", **typed}

    answer = member.fill(new(event, kind), **typed)

    assert answer.status_code == 422
    tree = html5lib.parse(answer.text, namespaceHTMLElements=False)
    (told,) = [p for p in tree.iter("p") if p.get("id") == f"{field}-error"]
    assert (told.text or "").startswith(sentence)
    assert f'href="#{field}"' in answer.text
    assert {name: form_on(answer)[1][name] for name in typed} == typed
    assert stored(staff, event) == []


def test_a_question_is_shown_depending_on_an_earlier_answer(staff, event):
    food = asks(staff, event, "Food?", "Vegan", "Other")
    bed = asks(staff, event, "Bed?")
    member = staff.member()
    typed = {"label_en": "Which?", "label_es": "¿Cuál?"}

    both = member.fill(new(event, "short_text"), condition=[f"{food}:other", f"{bed}:yes"], **typed)
    assert both.status_code == 422
    assert says(both, "Choose answers to one question only.")
    assert member.fill(new(event, "short_text"), condition=[f"{food}:other"], **typed).status_code == 303

    version = stored(staff, event)[2][2]
    assert (version.depends_on_id, version.depends_on_options) == (food, ["other"])
    assert says(member.get(page(event)), "Asked if the answer to “Food?” is “Other”")
    which = editing_id(staff, event, 2)
    assert form_on(member.get(page(event, which)))[1]["condition"] == f"{food}:other"
    assert member.fill(page(event, which), condition=None).status_code == 303
    assert stored(staff, event)[2][2].depends_on_id is None


def test_a_later_question_is_none_to_depend_on(staff, event):
    first, later = asks(staff, event, "First?"), asks(staff, event, "Later?")
    member = staff.member()

    assert "condition" not in member.get(page(event, first)).text
    forged = member.fill(page(event, first), condition=[f"{later}:yes"])
    assert forged.status_code == 422
    assert says(forged, "Choose from these only.")


def test_a_question_is_asked_of_some_ticket_types_only(staff):
    event = staff.event(kinds=[("hall", 5), ("press", 5)])
    member = staff.member()

    answer = member.fill(new(event, "yes_no"), label_en="Camera?", label_es="¿Cámara?", ticket_types=["press"])

    assert answer.status_code == 303
    assert stored(staff, event)[0][2].ticket_types == ["press"]
    assert says(member.get(page(event)), "Only for: press")


def test_what_was_answered_keeps_its_words_and_the_page_says_so(staff, event):
    food = asks(staff, event, "Fod?", "Vegan", "Other")
    answers(staff, event, food, "vegan")
    member = staff.member()

    form = member.get(page(event, food))
    assert says(form, "People have answered this question.")
    assert member.fill(form, label_en="Food?", option_0_en="No animals").status_code == 303

    with staff.app.app_context():
        versions = editing.one(staff.fresh(event), food).versions
        assert [(v.number, v.label["en"], v.options[0]["label"]["en"]) for v in versions] == [
            (1, "Fod?", "Vegan"),
            (2, "Food?", "No animals"),
        ]
    assert says(member.get(page(event)), "1 answer")


def test_a_limit_below_what_is_taken_is_told(staff, event):
    day = asks(staff, event, "Workshop?", "Law", "Press")
    answers(staff, event, day, "law")
    member = staff.member()

    assert member.fill(page(event, day), option_0_size="1").status_code == 303
    assert says(member.get(page(event)), "Law: 1 of 1 taken")
    assert member.fill(page(event, day), option_0_size="0").status_code == 303
    assert says(member.get(page(event)), "Law: 1 of 0 taken. That is 1 person too many")
    assert member.fill(page(event, day), option_0_size="").status_code == 303
    with staff.app.app_context():
        assert db.session.scalars(sa.select(OptionLimit)).all() == []


def test_two_who_edit_at_once_hear_of_each_other(staff, draft):
    food = asks(staff, draft)
    ana, ben = staff.member(), staff.member("organizer")
    hers, his = ana.get(page(draft, food)), ben.get(page(draft, food))
    assert ben.fill(his, label_en="Do you eat?").status_code == 303

    answer = ana.fill(hers, label_en="Hungry?")

    assert answer.status_code == 409
    assert says(answer, "Somebody else saved this question in the meantime")
    assert form_on(answer)[1]["label_en"] == "Hungry?"
    assert ana.fill(answer).status_code == 303
    assert stored(staff, draft)[0][2].label["en"] == "Hungry?"


def test_questions_are_moved_asked_no_more_asked_again_and_removed(staff, event):
    first, second = asks(staff, event, "First?"), asks(staff, event, "Second?")
    member = staff.member()

    def order():
        return [(slug, asked) for slug, asked, _version in stored(staff, event)]

    assert member.post(page(event, second, "position"), {"to": "up"}, page=page(event)).status_code == 303
    assert order() == [("second", True), ("first", True)]
    assert member.press(page(event), f"{second}/withdrawal").status_code == 303
    assert order() == [("second", False), ("first", True)]
    assert says(member.get(page(event)), "Not asked")
    assert member.press(page(event), f"{second}/return").status_code == 303
    assert order() == [("second", True), ("first", True)]
    member.press(page(event), f"{first}/withdrawal")
    assert member.press(page(event), f"{first}/removal").status_code == 303
    assert order() == [("second", True)]


def test_what_is_not_possible_is_refused_in_a_sentence_and_nothing_changes(staff, event):
    food = asks(staff, event, "Food?")
    asks(staff, event, "Which?", depends_on_id=food, depends_on_options=("yes",))
    member = staff.member()
    before = staff.fresh(event).version

    refused = member.press(page(event), f"{food}/withdrawal")

    assert refused.status_code == 422
    assert says(refused, "“Which?” depends on a question that would not be asked.")
    assert staff.fresh(event).version == before


def test_a_question_of_another_event_is_not_found(staff, event):
    theirs = asks(staff, staff.event("Other"))
    member = staff.member()

    assert member.get(page(event, theirs)).status_code == 404
    assert member.post(page(event, theirs, "removal"), page=page(event)).status_code == 404


def test_ready_made_sets_are_offered_once(staff, event):
    member = staff.member()
    empty = member.get(page(event))
    assert says(empty, "Nothing more is asked yet.")
    assert says(empty, "Ready-made questions")

    added = member.post(page(event, "sets"), {"set": "diet"}, page=page(event))

    assert added.status_code == 303
    assert urlsplit(added.location).fragment.startswith("question-")
    assert [slug for slug, _asked, _version in stored(staff, event)] == ["diet", "diet-details"]
    assert 'value="diet"' not in member.get(page(event)).text
    member.post(page(event, "sets"), {"set": "diet"}, page=page(event))
    assert says(member.get(page(event)), "These questions are there already.")
    assert len(stored(staff, event)) == 2


@pytest.mark.parametrize(
    ("published", "told"),
    [
        (False, "Added. Before you publish, write these questions in Arabic too."),
        (True, "Added, but not asked yet: first write these questions in Arabic too."),
    ],
)
def test_what_a_set_cannot_say_is_told(staff, published, told):
    event = staff.event(published=published, languages=["es", "ar"], titles={"es": "A", "ar": "ا"})
    member = staff.member()

    member.post(page(event, "sets"), {"set": "organization"}, page=page(event))

    shown = member.get(page(event))
    assert says(shown, told)
    assert says(shown, "Texts are missing in Arabic")
    assert [asked for _slug, asked, _version in stored(staff, event)] == [not published] * 2


def test_publishing_stops_at_a_missing_text_of_a_question(staff, draft):
    member = staff.member()
    typed = WORKSHOP | {"label_es": "", "option_1_es": ""}
    assert member.fill(new(draft, "one_of"), **typed).status_code == 303

    overview = member.get(f"/organize/events/{draft.slug}")
    assert says(overview, "Question “Workshop?” in Spanish")
    refused = member.post(f"/organize/events/{draft.slug}/publication")
    assert refused.status_code == 409
    assert says(refused, "Question “Workshop?” in Spanish")

    member.fill(page(draft, editing_id(staff, draft)), label_es="¿Taller?", option_1_es="Prensa")
    assert member.post(f"/organize/events/{draft.slug}/publication").status_code == 303


def test_a_reader_sees_the_questions_and_no_buttons(staff, event):
    asks(staff, event)

    shown = staff.member("viewer").get(page(event))

    assert says(shown, "Food?")
    (main,) = html5lib.parse(shown.text, namespaceHTMLElements=False).iter("main")
    assert list(main.iter("button")) == []
    assert says(staff.member("viewer").get(page(staff.event("Bare"))), "Nothing more is asked yet.")


def test_the_list_asks_the_database_as_often_for_many_questions_as_for_one(staff):
    def asked(event):
        member, seen = staff.member(), []
        with staff.app.app_context():
            engine = db.engine
        member.get(page(event))

        def note(*_args):
            seen.append(1)

        listen.listen(engine, "before_cursor_execute", note)
        member.get(page(event))
        listen.remove(engine, "before_cursor_execute", note)
        return len(seen)

    few, many = staff.event("Few"), staff.event("Many")
    asks(staff, few, "Food?", "Vegan", "Other")
    with staff.app.app_context(), transaction():
        for name in ("diet", "access", "languages"):
            sets.add(db.session.get_one(Event, many.id), name)

    assert asked(few) == asked(many)


def test_a_copy_of_the_event_asks_the_same(staff, event):
    asks(staff, event, "Food?", "Vegan", "Other")

    staff.member().fill(
        f"/organize/events/{event.slug}/clone", title="Next year", starts="2031-05-14T18:00", ends="2031-05-14T20:00"
    )

    assert [slug for slug, _asked, _version in stored(staff, staff.by_title("Next year"))] == ["food"]


def test_the_form_is_shown_as_people_will_see_it(staff, draft):
    food = asks(staff, draft, "Food?", "Vegan", "Other")
    asks(staff, draft, "Which?", kind=Kind.SHORT_TEXT, depends_on_id=food, depends_on_options=("other",))

    shown = staff.member("viewer", language="es").get(page(draft, "preview"))

    for text in ("Food? (es)", "Vegan (es)", "Which? (es)"):
        assert says(shown, text), text
    tree = html5lib.parse(shown.text, namespaceHTMLElements=False)
    opening = {i.get("value"): i.get("data-opens") for i in tree.iter("input") if i.get("name") == f"q{food}"}
    assert opening["vegan"] is None
    assert opening["other"] == "1"
    assert [d.get("class") for d in tree.iter("div") if "after-1" in (d.get("class") or "")] != []


def test_a_kind_that_does_not_exist_is_asked_for_again(staff, event):
    assert says(staff.member().get(new(event, "telepathy")), "How should people answer?")


def test_texts_in_a_language_that_the_event_lost_are_kept(staff, draft):
    food = asks(staff, draft, "Food?", "Vegan", "Other", kind=Kind.ONE_OF)
    with staff.app.app_context(), transaction():
        db.session.get_one(Event, draft.id).languages = ["en"]
    member = staff.member()

    assert member.fill(page(draft, food), label_en="Eat?").status_code == 303

    version = stored(staff, draft)[0][2]
    assert version.label == {"en": "Eat?", "es": "Food? (es)"}
    assert version.options[0]["label"] == {"en": "Vegan", "es": "Vegan (es)"}
