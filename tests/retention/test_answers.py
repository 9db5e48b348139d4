"""Answers to a question with an end of its own go on that day; who gave them stays registered."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from eventsvc.db import db, transaction
from eventsvc.events import editing
from eventsvc.events.models import Event
from eventsvc.questions.models import OptionLimit, Question
from eventsvc.registration import answers
from eventsvc.registration.models import Answer, Registration
from eventsvc.registration.signup import sign_up
from eventsvc.retention import journal, receipts, rules, runs
from eventsvc.retention.journal import Entry
from eventsvc.retention.models import Receipt
from tests.factories import Cast
from tests.registration.journal import comes, latest, statuses
from tests.retention.asking import ask, person
from tests.retention.plug import at_every_step
from tests.retention.test_proof import found_in


def given(event: Event, who: str) -> dict[str, object]:
    """What this person is known to have answered, by slug."""
    return {each.question.slug: each.value for each in answers.of(latest(event, who))}


@pytest.fixture
def event(context) -> Event:
    return asking_event(context)


def asking_event(app) -> Event:
    """Ana and Ben told their diet, which is kept for two days, and where they come from, which is kept with all the rest."""
    event = Cast(app).event(days=3)
    ask(event, "diet", days=2)
    ask(event, "from")
    for who in ("ana", "ben"):
        sign_up(event, person(event, who, diet=f"no nuts, {who}", **{"from": "Quito"}))
    return event


def test_answers_go_so_many_days_after_the_end_and_not_a_second_before(event):
    day = event.ends_at + timedelta(days=2)
    question = db.session.scalars(sa.select(Question).where(Question.slug == "diet")).one()

    assert rules.due_answers(day - timedelta(seconds=1)) == []
    assert rules.due_answers(day) == [rules.DueAnswers(question.id, event.slug, "diet", day, 2)]


def test_the_answers_go_and_the_registration_stays(event, stopped_clock):
    stopped_clock.moment = event.ends_at + timedelta(days=2)

    (receipt,) = runs.run()

    assert (receipt.event_uid, receipt.reason, receipt.erased_at) == (event.uid, "answers", stopped_clock.moment)
    assert receipt.counts == {"answers": 2, "question": "diet"}
    assert sorted(statuses(event)) == [("ana", "confirmed"), ("ben", "confirmed")]
    assert given(event, "ana") == given(event, "ben") == {"from": "Quito"}
    assert runs.run() == []


def test_many_answers_go_batch_by_batch_each_with_its_receipt(event, stopped_clock, monkeypatch):
    monkeypatch.setattr("eventsvc.retention.answers.AT_ONCE", 1)
    stopped_clock.moment = event.ends_at + timedelta(days=2)

    written = runs.run()

    assert [receipt.counts for receipt in written] == [{"answers": 1, "question": "diet"}] * 2
    assert receipts.broken() is None
    assert given(event, "ana") == given(event, "ben") == {"from": "Quito"}


def test_saying_what_is_due_erases_nothing(event, stopped_clock):
    stopped_clock.moment = event.ends_at + timedelta(days=2)

    assert [due.answers for due in rules.due_answers()] == [2]
    assert [due.answers for due in rules.due_answers()] == [2]
    assert set(given(event, "ana")) == {"diet", "from"}


def test_a_question_nobody_answered_and_one_whose_event_goes_whole_are_not_due(event, context):
    other = Cast(context).event(days=3)
    ask(other, "diet", days=0)
    comes(other, "cleo")

    assert rules.due_answers(other.ends_at) == []
    assert rules.due_answers(event.personal_data_until) == []
    assert sorted(due.slug for due in rules.due(event.personal_data_until)) == sorted([event.slug, other.slug])


def test_a_shorter_time_for_all_the_data_holds_for_the_questions_too(event):
    with transaction():
        editing.change(db.session.get_one(Event, event.id), retention_days=1)

    assert rules.due_answers(event.ends_at + timedelta(hours=23)) == []
    assert [due.slug for due in rules.due(event.ends_at + timedelta(days=1))] == [event.slug]


def test_how_many_chose_a_limited_option_is_still_known_afterwards(context, stopped_clock):
    event = Cast(context).event(days=3)
    ask(event, "workshop", ("weaving", 5), ("radio", None), days=1)
    sign_up(event, person(event, "ana", workshop=["weaving", "radio"]))
    stopped_clock.moment = event.ends_at + timedelta(days=1)

    runs.run()

    assert db.session.scalar(sa.select(OptionLimit.taken)) == 1
    assert given(event, "ana") == {}
    runs.erase_on_request(latest(event, "ana").id)
    assert db.session.scalar(sa.select(OptionLimit.taken)) == 1


def test_not_a_byte_of_the_answers_is_left_and_the_others_can_be_read(house, stopped_clock):
    event = asking_event(house.app)
    question = db.session.scalars(sa.select(Question).where(Question.slug == "diet")).one()
    values = db.session.scalars(sa.select(Answer.value).where(Answer.question_id == question.id))
    sealed = [value[-40:] for value in values]
    db.session.commit()
    assert len(found_in(house.files() | {"rows": house.rows()} | house.server_files(), sealed)) >= 2

    stopped_clock.moment = event.ends_at + timedelta(days=2)
    runs.run()

    assert found_in(house.files() | {"rows": house.rows()}, sealed) == set()
    left = {file for _mark, file in found_in(house.server_files(), sealed)}
    assert {file for file in left if not file.startswith("pg_wal/")} == set()  # the log goes with its segments
    assert given(event, "ana") == {"from": "Quito"}


def test_whatever_it_breaks_at_nothing_is_half_done_and_the_next_run_completes(context, stopped_clock):
    start = stopped_clock.moment
    on_stage: list[Event] = []

    def stage():
        stopped_clock.moment = start
        on_stage.append(asking_event(context))
        stopped_clock.moment = on_stage[-1].ends_at + timedelta(days=2)
        return runs.run

    for run in at_every_step(stage):
        event = on_stage[-1]
        written = _receipts(event)
        assert _answers(event) == (2 if written else 4)
        assert written in ([], [{"answers": 2, "question": "diet"}])
        assert receipts.broken() is None
        db.session.rollback()

        run()

        assert _answers(event) == 2
        assert _receipts(event) == [{"answers": 2, "question": "diet"}]
        assert Entry("answers", f"{event.uid}/diet") in journal.read(journal.path())
        assert sorted(statuses(event)) == [("ana", "confirmed"), ("ben", "confirmed")]
        db.session.rollback()
    assert len(on_stage) > 8


def _answers(event: Event) -> int:
    return db.session.scalar(sa.select(sa.func.count()).select_from(Answer).where(Answer.event_id == event.id)) or 0


def _receipts(event: Event) -> list[object]:
    return list(db.session.scalars(sa.select(Receipt.counts).where(Receipt.event_uid == event.uid)))


def test_answers_that_came_back_with_a_copy_are_erased_again(event, stopped_clock):
    stopped_clock.moment = event.ends_at + timedelta(days=2)
    before = [dict(row) for row in db.session.execute(sa.select(Answer.__table__)).mappings()]
    runs.run()
    with transaction():
        db.session.execute(sa.delete(Answer))
        db.session.execute(sa.insert(Answer), before)

    still_here = journal.replay()

    assert [question.slug for question in still_here.questions] == ["diet"]
    assert given(event, "ana") == {"from": "Quito"}
    assert journal.replay().questions == []
    lines = journal.path().read_text().splitlines()
    assert sum(f"answers {event.uid}/diet" in line for line in lines) == 1


def test_what_was_answered_anew_for_an_event_that_was_put_off_is_not_taken_for_what_is_gone(event, stopped_clock):
    stopped_clock.moment = event.ends_at + timedelta(days=2)
    runs.run()
    with transaction():
        held = db.session.get_one(Event, event.id)
        later = timedelta(days=30)
        editing.change(held, starts=held.starts + later, ends=held.ends + later)
    sign_up(held, person(held, "cleo", diet="everything"))

    assert journal.replay().questions == []
    assert given(event, "cleo") == {"diet": "everything"}


def test_a_withdrawn_question_keeps_its_end(event, stopped_clock):
    with transaction():
        db.session.execute(sa.update(Question).where(Question.slug == "diet").values(asked=False))
    stopped_clock.moment = event.ends_at + timedelta(days=2)

    runs.run()

    assert set(given(event, "ana")) == {"from"}


def test_the_registrations_of_others_keep_their_answers(event, context, stopped_clock):
    other = Cast(context).event(days=3)
    ask(other, "diet")
    sign_up(other, person(other, "ana", diet="fish"))
    stopped_clock.moment = event.ends_at + timedelta(days=2)

    runs.run()

    assert given(other, "ana") == {"diet": "fish"}
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Registration)) == 3
