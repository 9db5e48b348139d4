"""Which questions somebody is asked: by the way of attending, and by what was chosen at an earlier question.

A question that hangs on another is asked where that one is asked itself and one of the options named was chosen. What is
not asked is neither required nor stored.
"""

from collections.abc import Collection, Mapping, Sequence
from typing import NamedTuple

from eventsvc.questions.asked import Asked


class Condition(NamedTuple):
    """One of these options was chosen: of a question, or (None) of the ways to attend."""

    question_id: int | None
    options: frozenset[str]


def shown(asked: Sequence[Asked], ticket_type: str, chosen: Mapping[int, Collection[str]]) -> tuple[Asked, ...]:
    """Those asked of who attends in this way and chose these options, by the id of the question."""
    found: dict[int, Asked] = {}
    for question in asked:
        if question.ticket_types and ticket_type not in question.ticket_types:
            continue
        parent = question.depends_on_id
        if parent is None or (
            parent in found and not set(question.depends_on_options).isdisjoint(chosen.get(parent, ()))
        ):
            found[question.question_id] = question
    return tuple(found.values())


def conditions_of(asked: Sequence[Asked], ticket_types: Collection[str]) -> dict[int, tuple[Condition, ...]]:
    """By question, all that must be met for it to be asked, that of its parents included.

    A question that nobody who attends in one of these ways can be asked is left out; one that everybody is, has none.
    """
    found: dict[int, tuple[Condition, ...]] = {}
    for question in asked:
        parent, conditions = question.depends_on_id, []
        if question.ticket_types:
            among = frozenset(question.ticket_types).intersection(ticket_types)
            if not among:
                continue
            if among != frozenset(ticket_types):
                conditions.append(Condition(None, among))
        if parent is not None:
            if parent not in found:
                continue
            conditions.append(Condition(parent, frozenset(question.depends_on_options)))
            conditions += [condition for condition in found[parent] if condition not in conditions]
        found[question.question_id] = tuple(conditions)
    return found


def possible(asked: Sequence[Asked], ticket_types: Collection[str]) -> tuple[Asked, ...]:
    """Those that somebody who attends in one of these ways may come to be asked."""
    found = conditions_of(asked, ticket_types)
    return tuple(question for question in asked if question.question_id in found)
