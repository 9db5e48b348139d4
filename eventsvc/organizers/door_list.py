"""The list for the door, to be printed: names and ways of attending, no addresses.

Who was offered a place, or waits for a decision, does not come yet.
"""

from flask import render_template

from eventsvc import clock
from eventsvc.accounts.access import STAFF, members
from eventsvc.events.models import Event
from eventsvc.organizers.fullness import kinds_of
from eventsvc.organizers.gate import bp
from eventsvc.organizers.limit_names import label
from eventsvc.registration import roll
from eventsvc.registration.models import Status
from eventsvc.registration.search import plain


@bp.get("/events/<event>/door")
@members(STAFF)
def door_list(event: Event) -> str:
    people = list(roll.entries(event, [Status.CONFIRMED, Status.WAITLISTED], addresses=False))
    waiting = [entry for entry in people if entry.status == Status.WAITLISTED]
    return render_template(
        "organizers/door_list.html",
        event=event,
        seated=sorted((e for e in people if e.status != Status.WAITLISTED), key=lambda e: (plain(e.name), e.id)),
        waiting=sorted(waiting, key=lambda entry: entry.queue_number or 0),
        labels={kind.id: label(kind, event) for kind in kinds_of(event)},
        at=clock.now().astimezone(event.starts_local.tzinfo),
    )
