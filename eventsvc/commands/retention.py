"""`eventsvc retention …`: data that have had their time."""

import click

from eventsvc.i18n import ngettext
from eventsvc.operations.opening import ready, say
from eventsvc.retention import rules, runs
from eventsvc.retention.answers import REASON
from eventsvc.retention.models import Receipt


@click.group()
def retention() -> None:
    """Personal data that have had their time."""


@retention.command()
@click.option("--dry-run", is_flag=True, help="Only say what is due.")
def run(dry_run: bool) -> None:
    """Erase personal data whose day has come, and answers to questions with an earlier one; the clockwork does it daily."""
    with ready():
        due, answers = rules.due(), rules.due_answers()
        for each in due:
            say(f"{each.until.date().isoformat()}  {each.slug}  {each.registrations}")
        for question in answers:
            say(
                f"{question.until.date().isoformat()}  {question.event_slug}/{question.question_slug}  {question.answers}"
            )
        if dry_run:
            _say_due(len(due), len(answers))
        else:
            _say_done(runs.run())


def _say_due(events: int, questions: int) -> None:
    say(ngettext("%(num)s event is due.", "%(num)s events are due.", events))
    if questions:
        say(
            ngettext("The answers to %(num)s question are due.", "The answers to %(num)s questions are due.", questions)
        )


def _say_done(written: list[Receipt]) -> None:
    events = sum(receipt.reason != REASON for receipt in written)
    questions = len({(each.event_uid, each.counts["question"]) for each in written if each.reason == REASON})
    say(ngettext("%(num)s event purged.", "%(num)s events purged.", events))
    if questions:
        say(ngettext("The answers to %(num)s question erased.", "The answers to %(num)s questions erased.", questions))
