"""Options of which there are only so many: "20 places in the workshop". Nobody else changes their counters.

An option is taken from registering on, also by who waits for a seat, so that moving up asks nothing again. It is given
back when the registration ends or chooses otherwise. Whoever holds an event's quotas may change its options; they are
claimed in ascending order of id, after the quotas.
"""

from collections import Counter
from collections.abc import Iterable, Mapping

import sqlalchemy as sa

from eventsvc.db import core, table_of
from eventsvc.errors import RegistrationRefused
from eventsvc.events.models import Event
from eventsvc.i18n import lazy_gettext as _l
from eventsvc.questions.models import OptionLimit
from eventsvc.registration import answers
from eventsvc.registration.models import LIVE, Registration, Status

_limits = table_of(OptionLimit)
_people = sa.bindparam("people", type_=sa.Integer)
_row = _limits.c.id == sa.bindparam("limit")
CLAIM = (
    sa.update(_limits).where(_row, _limits.c.taken + _people <= _limits.c.size).values(taken=_limits.c.taken + _people)
)
GIVE_BACK = sa.update(_limits).where(_row).values(taken=_limits.c.taken - _people)
_STATES = sa.select(_limits.c.id, _limits.c.size - _limits.c.taken).where(
    _limits.c.id.in_(sa.bindparam("limits", expanding=True))
)

HOLDING = tuple(status for status in LIVE if status != Status.UNCONFIRMED)
"""Statuses in which a person keeps the options they chose."""


class OptionFull(RegistrationRefused):
    """Somebody was quicker. `option_limit_id` says of which there is none left."""

    code = "option_full"
    sentence = _l("There are no places left for this. Please choose something else.")

    def __init__(self, option_limit_id: int) -> None:
        super().__init__()
        self.option_limit_id = option_limit_id


def claim(wanted: Mapping[int, int]) -> None:
    """Take so many of each, in the caller's transaction. Raises OptionFull; then all of it has to be rolled back."""
    for limit, people in sorted(wanted.items()):
        if not core().execute(CLAIM, {"limit": limit, "people": people}).rowcount:
            raise OptionFull(limit)


def refuse_if_full(wanted: Mapping[int, int]) -> None:
    """Raises OptionFull where newcomers would not get so many of each at this moment. A look, not a promise."""
    if wanted:
        left = dict(core().execute(_STATES, {"limits": list(wanted)}).all())
        for limit, people in sorted(wanted.items()):
            if left.get(limit, 0) < people:
                raise OptionFull(limit)


def give_back(held: Mapping[int, int]) -> None:
    """The opposite of claiming."""
    for limit, people in sorted(held.items()):
        core().execute(GIVE_BACK, {"limit": limit, "people": people})


def held_by(registrations: Iterable[Registration]) -> Counter[int]:
    """What these people hold, by the answers they gave; nothing where they are in a status that holds nothing."""
    holding = [each.id for each in registrations if each.status in HOLDING]
    return Counter(answers.limits_chosen(holding)) if holding else Counter()


def counted(event: Event) -> dict[int, int]:
    """How many of each option are taken, counted from the answers of everybody."""
    rows = core().execute(
        sa.select(Registration.id).where(Registration.event_id == event.id, Registration.status.in_(HOLDING))
    )
    return Counter(answers.limits_chosen([row.id for row in rows]))
