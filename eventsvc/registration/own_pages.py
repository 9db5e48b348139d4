"""All pages behind my link: importing this module is what ties them to the blueprint."""

from eventsvc.registration import (
    own,
    own_answers,
    own_calendar_page,
    own_calendar_reading,
    own_changes,
    own_confirmation,
    own_offer,
)
from eventsvc.registration.mine import bp

__all__ = [
    "bp",
    "own",
    "own_answers",
    "own_calendar_page",
    "own_calendar_reading",
    "own_changes",
    "own_confirmation",
    "own_offer",
]
