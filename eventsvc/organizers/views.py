"""All screens of the back office: importing this module is what ties them to the blueprint."""

from eventsvc.organizers import (
    attendee,
    attendees,
    changing,
    cloning,
    desk,
    door_list,
    embedding,
    events,
    exports,
    founding,
    look,
    picture,
    places,
    publishing,
)
from eventsvc.organizers.gate import bp

__all__ = [
    "attendee",
    "attendees",
    "bp",
    "changing",
    "cloning",
    "desk",
    "door_list",
    "embedding",
    "events",
    "exports",
    "founding",
    "look",
    "picture",
    "places",
    "publishing",
]
