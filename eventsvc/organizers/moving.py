"""Saying on the next page how many people moved up, after a change that let them."""

from collections.abc import Sequence

from flask import flash

from eventsvc.i18n import ngettext
from eventsvc.registration.models import Registration, Status


def say_who_moved(moved: Sequence[Registration]) -> bool:
    """One sentence for those who have a place now, one for those who were asked; False where there is nobody."""
    offered = sum(each.status == Status.OFFERED for each in moved)
    if placed := len(moved) - offered:
        flash(
            ngettext("%(num)s person moved up from the waitlist.", "%(num)s people moved up from the waitlist.", placed)
        )
    if offered:
        flash(
            ngettext(
                "%(num)s person from the waitlist was offered a place.",
                "%(num)s people from the waitlist were offered a place.",
                offered,
            )
        )
    return bool(moved)
