"""Whatever is done with a question: who answered it earlier answered what was asked then."""

import string
from functools import partial
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from eventsvc.db import db, transaction
from eventsvc.questions import editing
from eventsvc.questions.models import OptionLimit
from eventsvc.questions.wordings import Choice
from eventsvc.registration import cancellation, options
from eventsvc.registration.models import Registration
from tests.factories import Cast
from tests.questions.writing import ask, both, comes, reword, slugs, stored, wording, words_of

WORDS = st.text(string.ascii_uppercase[:4], min_size=1, max_size=2)


class History(RuleBasedStateMachine):
    """One question that is worded again and again while people answer it."""

    def __init__(self, app) -> None:
        super().__init__()
        self.app = app
        self.answered: dict[UUID, list[tuple[int, str, str, Any]]] = {}
        self.people = 0

    @initialize()
    def publish(self) -> None:
        db.session.rollback()
        self.event = Cast(self.app).event()
        self.question = ask(self.event, "First?", "A", "B")

    def refresh(self) -> None:
        """The question as the next organizer finds it."""
        self.question = editing.one(self.event, self.question.id)

    @rule(which=st.integers(0, 9))
    def somebody_answers(self, which: int) -> None:
        self.refresh()
        if self.question.asked:
            slug = slugs(self.question)[which % len(slugs(self.question))]
            self.people += 1
            try:
                person = comes(self.event, f"p{self.people}", (self.question, slug))
            except options.OptionFull:
                return
            self.answered[person] = words_of(person)

    @rule(which=st.integers(0, 9))
    def somebody_cancels(self, which: int) -> None:
        if self.answered:
            with transaction():
                person = sorted(self.answered)[which % len(self.answered)]
                cancellation.cancel(db.session.get_one(Registration, person))

    @rule(text=WORDS, labels=st.lists(WORDS, min_size=2, max_size=4, unique=True), kept=st.integers(0, 3))
    def it_is_worded_anew(self, text: str, labels: list[str], kept: int) -> None:
        """Some options stay with other words, the rest are new."""
        self.refresh()
        old = [Choice(both(label), slug) for slug, label in zip(slugs(self.question)[:kept], labels, strict=False)]
        new = [Choice(both(label)) for label in labels[len(old) :]]
        self._reword(wording(text, *old, *new))

    @rule(size=st.none() | st.integers(0, 3))
    def an_option_gets_another_limit(self, size: int | None) -> None:
        self.refresh()
        slug = slugs(self.question)[0].replace("-", "_")
        label = editing.current(self.question).label["en"]
        self._reword(wording(label, *stored(self.question, **{slug: size})))

    def _reword(self, new) -> None:
        reword(self.event, self.question, new)
        db.session.refresh(self.event)

    @rule()
    def it_is_asked_no_more_or_again(self) -> None:
        self.refresh()
        with transaction():
            (editing.withdraw if self.question.asked else editing.bring_back)(self.event, self.question)

    @invariant()
    def every_answer_has_the_words_it_was_given_to(self) -> None:
        for person, words in self.answered.items():
            assert words_of(person) == words

    @invariant()
    def the_newest_wording_is_asked_and_their_numbers_have_no_gap(self) -> None:
        if self.people:
            self.refresh()
            assert [v.number for v in self.question.versions] == list(range(1, len(self.question.versions) + 1))
            assert len(set(slugs(self.question))) == len(slugs(self.question))

    @invariant()
    def limits_count_who_has_the_option(self) -> None:
        if self.people:
            counted = options.counted(self.event)
            rows = db.session.execute(
                sa.select(OptionLimit.id, OptionLimit.taken).where(OptionLimit.event_id == self.event.id)
            )
            assert [row for row in rows if row.taken != counted.get(row.id, 0)] == []


@pytest.mark.slow
def test_earlier_answers_keep_their_words_over_any_history(context):
    run_state_machine_as_test(
        partial(History, context),  # type: ignore[arg-type]  # anything that makes a machine will do
        settings=settings(
            max_examples=20,
            stateful_step_count=15,
            deadline=None,
            suppress_health_check=list(HealthCheck),
            database=None,
        ),
    )
