"""What is true of the questions and the shared limits of an event file: what they name is there, and fits."""

from collections.abc import Iterator, Sequence
from datetime import date
from types import UnionType

from eventsvc.events.file_questions import QuestionEntry
from eventsvc.events.file_shape import EventEntry, refuse_twins, wrong
from eventsvc.i18n import LANGUAGES, _

CHOICES = {"one_of", "several_of"}
ANSWERS = {"yes_no": {"yes", "no"}, "consent": {"yes"}}
BOUNDS: dict[str, type | UnionType] = {
    "short_text": int,
    "long_text": int,
    "several_of": int,
    "number": int | float,
    "date": date,
}
"""What `least` and `most` are, by kind; the others have none."""


def check_questions(path: str, entry: EventEntry) -> None:
    """Raises BadFile with the first thing that does not fit."""
    refuse_twins(f"{path}.question", (question.slug for question in entry.question), "slug")
    kinds = {kind.slug for kind in entry.ticket_type} or {"general"}
    answers: dict[str, set[str]] = {}
    for number, question in enumerate(entry.question, 1):
        own = f"{path}.question[{number}]"
        _check_texts(own, question, entry.languages)
        _check_options(own, question)
        _check_bounds(own, question)
        _check_ticket_types(f"{own}.ticket_types", question.ticket_types, kinds)
        _check_condition(f"{own}.depends_on", question, answers)
        if (question.retention_days or 0) > entry.retention_days:
            raise wrong(
                f"{own}.retention_days", _("is longer than that of the event (%(days)s)", days=entry.retention_days)
            )
        answers[question.slug] = {option.slug for option in question.option} or ANSWERS.get(question.kind, set())


def check_quotas(path: str, entry: EventEntry) -> None:
    """The same for the limits over several ticket types."""
    refuse_twins(f"{path}.quota", (quota.name for quota in entry.quota), "name")
    kinds = {kind.slug for kind in entry.ticket_type}
    for number, quota in enumerate(entry.quota, 1):
        _check_ticket_types(f"{path}.quota[{number}].ticket_types", quota.ticket_types, kinds)


def _check_ticket_types(path: str, wanted: Sequence[str], known: set[str]) -> None:
    for number, slug in enumerate(wanted, 1):
        if slug not in known:
            raise wrong(f"{path}[{number}]", _("%(slug)s is no ticket type of this event", slug=slug))


def _check_texts(path: str, question: QuestionEntry, languages: Sequence[str]) -> None:
    """Ready-made questions may bring a language that the event does not have yet."""
    for name, texts in _texts_of(question):
        for tag in texts:
            if tag not in {*languages, *LANGUAGES}:
                raise wrong(f"{path}.{name}.{tag}", _("is not one of the event's languages"))


def _texts_of(question: QuestionEntry) -> Iterator[tuple[str, dict[str, str]]]:
    yield "label", question.label
    yield "help", question.help
    yield "purpose", question.purpose
    for number, option in enumerate(question.option, 1):
        yield f"option[{number}].label", option.label


def _check_options(path: str, question: QuestionEntry) -> None:
    if question.kind in CHOICES and not question.option:
        raise wrong(f"{path}.option", _("is missing"))
    if question.kind not in CHOICES and question.option:
        raise wrong(f"{path}.option", _("a question of the kind %(kind)s has none", kind=question.kind))
    refuse_twins(f"{path}.option", (option.slug for option in question.option), "slug")


def _check_bounds(path: str, question: QuestionEntry) -> None:
    for name in ("least", "most"):
        value, wanted = getattr(question, name), BOUNDS.get(question.kind)
        if value is None:
            continue
        if wanted is None:
            raise wrong(f"{path}.{name}", _("a question of the kind %(kind)s has none", kind=question.kind))
        if not isinstance(value, wanted):
            raise wrong(f"{path}.{name}", _("does not fit a question of the kind %(kind)s", kind=question.kind))
    if question.decimals and question.kind != "number":
        raise wrong(f"{path}.decimals", _("a question of the kind %(kind)s has none", kind=question.kind))


def _check_condition(path: str, question: QuestionEntry, answers: dict[str, set[str]]) -> None:
    if question.depends_on is None:
        return
    earlier = question.depends_on.question
    if earlier not in answers:
        raise wrong(f"{path}.question", _("%(slug)s is no earlier question", slug=earlier))
    for number, slug in enumerate(question.depends_on.options, 1):
        if slug not in answers[earlier]:
            raise wrong(f"{path}.options[{number}]", _("cannot be chosen at the question %(slug)s", slug=earlier))
