"""The questions of one person as a page draws them: their words, what stands in the fields, and what opens what.

A question that hangs on a choice is in the page from the start, and the style sheet (`questions.css`) hides it until
that choice is made: the option carries the number of the condition, the question waits for it. No script is needed, and
where a browser cannot do that either the question stays in sight, with a sentence that says whom it is for.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from itertools import count
from typing import Any, NamedTuple

from wtforms import Form

from eventsvc.events.models import Event
from eventsvc.i18n import _, date_text, pick, said
from eventsvc.i18n import language as spoken
from eventsvc.questions.asked import Asked
from eventsvc.questions.conditions import Condition, conditions_of
from eventsvc.questions.field import QuestionField
from eventsvc.questions.form import name_of
from eventsvc.questions.kind import Option
from eventsvc.questions.kinds import kind_of

MOST_CONDITIONS = 20
"""So many the style sheet has rules for; a question that waits for a further one is always in sight."""


class DrawnOption(NamedTuple):
    id: str
    slug: str
    label: str
    language: str  # of the label, where that is not the one being spoken; else empty
    chosen: bool
    full: bool  # nobody more can choose it; who had typed it may still see it chosen
    opens: str  # the numbers of the conditions it meets


@dataclass(frozen=True)
class Drawn:
    """One question with its field."""

    asked: Asked
    field: QuestionField
    look: str
    label: str
    help: str
    purpose: str
    erased_on: str
    only_if: tuple[str, ...]
    after: str  # classes: the conditions it waits for
    options: tuple[DrawnOption, ...]

    @property
    def value(self) -> str:
        return self.field.typed[0] if self.field.typed else ""

    @property
    def has_hint(self) -> bool:
        return bool(self.help or self.purpose or self.erased_on or self.only_if)


def opened_by(asked: Sequence[Asked], ticket_types: Collection[str]) -> dict[str, str]:
    """By ticket type, the numbers of the conditions that it meets: for `data-opens` at its radio button."""
    numbers = _numbers(conditions_of(asked, ticket_types))
    return {slug: _opens(numbers, None, slug) for slug in ticket_types}


class Drawing:
    """What the questions of everybody on one form have in common."""

    def __init__(
        self, event: Event, asked: Sequence[Asked], full: Collection[int], ticket_types: Mapping[str, str]
    ) -> None:
        """`ticket_types` are the ways to attend to choose from, by slug, and what they are called.

        Where there is only one, nothing waits for it. `full` are the limits of options that are used up.
        """
        self.event, self.asked, self.full, self.ticket_types = event, asked, full, ticket_types
        self.conditions = conditions_of(asked, ticket_types)
        self.numbers = _numbers(self.conditions)
        self.by_id = {question.question_id: question for question in asked}

    def person(self, form: Form, prefix: str = "", given: Mapping[int, Any] | None = None) -> list[Drawn]:
        """What this person may come to be asked. An option that is full stays open to who was `given` it before."""
        fields = (
            (question, form[name])
            for question in self.asked
            if question.question_id in self.conditions and (name := name_of(question.question_id, prefix)) in form
        )
        return [
            self._drawn(question, field, (given or {}).get(question.question_id))
            for question, field in fields
            if isinstance(field, QuestionField)
        ]

    def _drawn(self, question: Asked, field: QuestionField, given: Any) -> Drawn:
        languages = self.event.languages
        waits = [self.numbers[each] for each in self.conditions[question.question_id] if each in self.numbers]
        return Drawn(
            asked=question,
            field=field,
            look=kind_of(question).look_of(question),
            label=said(question.label, languages),
            help=said(question.help, languages),
            purpose=said(question.purpose, languages),
            erased_on=self._erased_on(question),
            only_if=self._only_if(question),
            after=" ".join(f"after-{number}" for number in waits),
            options=tuple(self._options(question, field, given)),
        )

    def _options(self, question: Asked, field: QuestionField, given: Any) -> Iterator[DrawnOption]:
        kind = kind_of(question)
        limits = {slug for slug, limit_id in question.option_limits.items() if limit_id in self.full}
        full = limits.difference(kind.chosen(given))
        opening = {slug for asked, slugs in self.numbers if asked == question.question_id for slug in slugs}
        free, shut = count(), count()
        for option in kind.options(question, spoken()):
            chosen, is_full = option.slug in field.typed, option.slug in full
            # The summary of errors leads to number 0: that has to be one that can be chosen.
            number = f"full-{next(shut)}" if is_full and not chosen else str(next(free))
            yield DrawnOption(
                id=f"{field.id}-{number}",
                slug=option.slug,
                label=_label(option, full=is_full),
                language=option.language if option.language != spoken() else "",
                chosen=chosen,
                full=is_full,
                opens=_opens(self.numbers, question.question_id, option.slug) if option.slug in opening else "",
            )

    def _erased_on(self, question: Asked) -> str:
        """The day on which the answers go, where that is before all the rest goes."""
        days = question.retention_days
        if days is None or days >= self.event.retention_days:
            return ""
        return date_text((self.event.ends_at + timedelta(days=days)).astimezone(self.event.ends_local.tzinfo))

    def _only_if(self, question: Asked) -> tuple[str, ...]:
        """Whom it is for, in words. What the question it hangs on waits for itself is told there."""
        among = frozenset(question.ticket_types).intersection(self.ticket_types)
        own = {Condition(None, among), Condition(question.depends_on_id, frozenset(question.depends_on_options))}
        return tuple(self._said(each) for each in self.conditions[question.question_id] if each in own)

    def _said(self, condition: Condition) -> str:
        if condition.question_id is None:
            names = [name for slug, name in self.ticket_types.items() if slug in condition.options]
            if len(names) == 1:
                return _("Only if you chose “%(option)s”", option=names[0])
            return _("Only if you chose one of these: %(options)s", options=_listed(names))
        parent = self.by_id[condition.question_id]
        kind, label = kind_of(parent), pick(parent.label, spoken(), self.event.languages)[0]
        names = [each.label for each in kind.options(parent, spoken()) if each.slug in condition.options]
        if len(names) == 1:
            return _("Only if you chose “%(option)s” at “%(question)s”", option=names[0], question=label)
        return _(
            "Only if you chose one of these at “%(question)s”: %(options)s", question=label, options=_listed(names)
        )


def _numbers(conditions: Mapping[int, Sequence[Condition]]) -> dict[Condition, int]:
    """Each condition once, from 1 on."""
    each = dict.fromkeys(condition for several in conditions.values() for condition in several)
    return {condition: number for number, condition in enumerate(each, 1) if number <= MOST_CONDITIONS}


def _opens(numbers: Mapping[Condition, int], question_id: int | None, slug: str) -> str:
    met = (str(number) for (asked, options), number in numbers.items() if asked == question_id and slug in options)
    return " ".join(met)


def _label(option: Option, *, full: bool) -> str:
    """The words beside an option; plain, for an option of a list that folds can hold nothing else."""
    return _("%(name)s – no places left", name=option.label) if full else option.label


def _listed(names: Sequence[str]) -> str:
    return ", ".join(_("“%(name)s”", name=name) for name in names)
