"""Who is asked what: examples, and any list of questions against a model that was written another way."""

from hypothesis import example, given
from hypothesis import strategies as st

from eventsvc.questions.asked import Asked
from eventsvc.questions.conditions import conditions_of, possible, shown
from tests.questions.asking import answers, question

WAYS = ("hall", "online")
SLUGS = ("a", "b", "c")


def test_a_chain_falls_with_its_first_link():
    listen = question("yes_no", number=1)
    languages = question("several_of", "", *SLUGS, number=2, depends_on_id=1, depends_on_options=("yes",))
    other = question("short_text", number=3, depends_on_id=2, depends_on_options=("c",), required=True)
    asked = [listen, languages, other]

    assert answers(asked, {"q1": "yes", "q2": ["a", "c"], "q3": "Mam"}) == {1: True, 2: ["a", "c"], 3: "Mam"}
    assert answers(asked, {"q1": "no", "q2": ["a", "c"], "q3": "Mam"}) == {1: False}
    assert answers(asked, {"q2": ["c"], "q3": ""}) == {}


def test_a_wrong_answer_opens_what_hangs_on_it_all_the_same():
    days = question("several_of", "", *SLUGS, number=1, limits={"most": 1})
    child = question("short_text", number=2, depends_on_id=1, depends_on_options=("b",), required=True)

    assert answers([days, child], {"q1": ["a", "b"]}) == ["Choose only 1 of these.", "Please answer this question."]


def test_of_several_values_for_one_answer_the_first_opens():
    diet = question("one_of", "", *SLUGS, number=1)
    child = question("short_text", number=2, depends_on_id=1, depends_on_options=("b",), required=True)

    assert answers([diet, child], {"q1": ["a", "b"]}) == {1: "a"}
    assert answers([diet, child], {"q1": ["b", "a"]}) == ["Please answer this question."]


def test_a_box_opens_when_it_is_ticked():
    photos = question("consent", number=1)
    credit = question("short_text", number=2, required=True, depends_on_id=1, depends_on_options=("yes",))

    assert answers([photos, credit], {}) == {}
    assert answers([photos, credit], {"q1": "yes"}) == ["Please answer this question."]


def test_a_country_opens_too():
    where = question("country", number=1)
    state = question("short_text", number=2, required=True, depends_on_id=1, depends_on_options=("MX", "US"))

    assert answers([where, state], {"q1": "GT"}) == {1: "GT"}
    assert answers([where, state], {"q1": "MX"}) == ["Please answer this question."]


def test_what_hangs_on_a_withdrawn_or_later_question_is_never_asked():
    child = question("short_text", number=1, depends_on_id=2, depends_on_options=("yes",), required=True)
    later = question("yes_no", number=2)

    assert answers([child, later], {"q2": "yes"}) == {2: True}
    assert possible([child], WAYS) == ()


def test_a_question_for_other_ways_of_attending_is_left_out_with_what_hangs_on_it():
    press = question("yes_no", number=1, ticket_types=("press",))
    child = question("short_text", number=2, depends_on_id=1, depends_on_options=("yes",))
    both = question("short_text", number=3, ticket_types=("online", "hall", "gone"))

    assert conditions_of([press, child, both], WAYS) == {3: ()}


def some_questions() -> st.SearchStrategy[list[Asked]]:
    """Up to eight questions, each asked of some and hanging on some other; also on itself and on later ones."""
    numbers = st.integers(1, 8)
    one = st.fixed_dictionaries(
        {
            "ticket_types": st.lists(st.sampled_from([*WAYS, "gone"]), max_size=2, unique=True).map(tuple),
            "depends_on_id": st.none() | numbers,
            "depends_on_options": st.lists(st.sampled_from(SLUGS), max_size=3, unique=True).map(tuple),
        }
    )
    return st.lists(one, min_size=1, max_size=8).map(
        lambda several: [question("several_of", "", *SLUGS, number=n, **v) for n, v in enumerate(several, 1)]
    )


def is_asked(number: int, asked: list[Asked], way: str, chosen: dict[int, list[str]]) -> bool:
    """The rule in its plainest words: by walking up from one question."""
    mine = asked[number - 1]
    if mine.ticket_types and way not in mine.ticket_types:
        return False
    up = mine.depends_on_id
    if up is None:
        return True
    if up >= number or not any(slug in chosen.get(up, []) for slug in mine.depends_on_options):
        return False
    return is_asked(up, asked, way, chosen)


choices = st.dictionaries(st.integers(1, 8), st.lists(st.sampled_from(SLUGS), max_size=3, unique=True))


@given(some_questions(), st.sampled_from(WAYS), choices)
@example([question("several_of", "", "a", number=1, depends_on_id=1, depends_on_options=("a",))], "hall", {1: ["a"]})
def test_the_server_asks_what_the_rule_says(asked, way, chosen):
    found = [each.question_id for each in shown(asked, way, chosen)]

    assert found == [number for number in range(1, len(asked) + 1) if is_asked(number, asked, way, chosen)]


@given(some_questions(), st.sampled_from(WAYS), choices)
def test_only_what_is_asked_is_stored(asked, way, chosen):
    typed = {f"q{number}": slugs for number, slugs in chosen.items()}
    stored = {number for number, slugs in chosen.items() if slugs and number <= len(asked)}

    assert answers(asked, typed, way) == {
        number: sorted(chosen[number]) for number in sorted(stored) if is_asked(number, asked, way, chosen)
    }


@given(some_questions(), st.sampled_from(WAYS), choices)
def test_all_conditions_of_a_question_together_say_the_same_as_the_server(asked, way, chosen):
    """The page hides a question where one of them is not met, wherever on the page the choice stands."""
    conditions = conditions_of(asked, WAYS)

    def is_met(question_id: int | None, options: frozenset[str]) -> bool:
        return bool(options & (set(chosen.get(question_id, [])) if question_id is not None else {way}))

    seen = [number for number, each in conditions.items() if all(is_met(*condition) for condition in each)]
    assert seen == [question.question_id for question in shown(asked, way, chosen)]
