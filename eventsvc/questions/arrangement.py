"""Which questions can stand in which order: a condition looks back, at answers that can be chosen there.

So no question waits for one that comes later, and none for itself, not even round a corner.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from eventsvc.errors import WrongValue
from eventsvc.i18n import _, language, pick
from eventsvc.questions.models import Kind, Question, Version

MOST_QUESTIONS, MOST_CONDITIONAL = 60, 20


class Unfit(WrongValue):
    """A question that cannot be asked like this. `part` names what is wrong with it, as its form does."""

    code = "unfit_question"

    def __init__(self, part: str, message: str) -> None:
        super().__init__(message)
        self.part = part


@dataclass(frozen=True)
class Place:
    """A question as far as its order matters; `answers` are what can be chosen there, by slug."""

    question_id: int | None  # None: not written yet
    name: str
    answers: tuple[str, ...]
    depends_on_id: int | None = None
    depends_on_options: tuple[str, ...] = ()


def place(question: Question | None, version: Version, languages: Sequence[str]) -> Place:
    """Where a question stands with this wording."""
    return Place(
        question.id if question else None,
        pick(version.label, language(), languages)[0],
        answers(version.kind, version.options),
        version.depends_on_id,
        tuple(version.depends_on_options or ()),
    )


def answers(kind: str, options: Iterable[dict[str, Any]] | None) -> tuple[str, ...]:
    """The slugs of what can be chosen in a question of this kind; none where people write."""
    if kind in {Kind.ONE_OF, Kind.SEVERAL_OF}:
        return tuple(option["slug"] for option in options or ())
    return {Kind.YES_NO: ("yes", "no"), Kind.CONSENT: ("yes",)}.get(Kind(kind), ())


def check(places: Sequence[Place], edited: int | None = None) -> None:
    """Raises Unfit where these questions, in this order, cannot be asked. `edited` is the one that was changed."""
    if len(places) > MOST_QUESTIONS:
        raise Unfit("", _("A form has at most %(most)s questions.", most=MOST_QUESTIONS))
    if sum(each.depends_on_id is not None for each in places) > MOST_CONDITIONAL:
        raise Unfit("condition", _("At most %(most)s questions depend on another one.", most=MOST_CONDITIONAL))
    known = {each.question_id: each for each in places}
    before: set[int | None] = set()
    for each in places:
        if each.depends_on_id is not None:
            part = "condition" if each.question_id == edited else "options"
            _check_condition(each, known.get(each.depends_on_id), each.depends_on_id in before, part)
        before.add(each.question_id)


def _check_condition(later: Place, earlier: Place | None, is_before: bool, part: str) -> None:
    if later.question_id is not None and later.depends_on_id == later.question_id:
        raise Unfit(part, _("A question cannot depend on itself."))
    if earlier is None:
        raise Unfit(part, _("“%(later)s” depends on a question that would not be asked.", later=later.name))
    names = {"later": later.name, "earlier": earlier.name}
    if not is_before:
        raise Unfit(part, _("“%(later)s” depends on “%(earlier)s”, so it has to come after it.", **names))
    if not later.depends_on_options:
        raise Unfit(part, _("Choose the answers on which “%(later)s” depends.", later=later.name))
    if not set(later.depends_on_options) <= set(earlier.answers):
        raise Unfit(
            part, _("“%(later)s” depends on an answer to “%(earlier)s” that could not be chosen there.", **names)
        )
