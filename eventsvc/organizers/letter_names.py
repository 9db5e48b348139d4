"""What letters and their placeholders are called for organizers: a letter by what makes it leave."""

from typing import Any

from eventsvc.i18n import lazy_gettext as _l

TRIGGERS: dict[str, Any] = {
    "confirmed": _l("When somebody registers and gets a place"),
    "waitlisted": _l("When somebody registers and has to wait"),
    "pending": _l("When somebody registers and you have to decide"),
    "approved": _l("When you approve somebody"),
    "declined": _l("When you decline somebody"),
    "promoted": _l("When somebody moves up from the waitlist"),
    "offered": _l("When a place is offered to somebody on the waitlist"),
    "offer_accepted": _l("When somebody accepts the place that was offered"),
    "offer_refused": _l("When somebody does not want the place that was offered"),
    "offer_expired": _l("When somebody did not answer in time"),
    "added_by_organizer": _l("When you add somebody yourself"),
    "handed_over": _l("When somebody gets a place that another person hands over"),
    "ticket_type_changed": _l("When the ticket type of somebody changes"),
    "event_changed": _l("When time, place or link change"),
    "event_cancelled": _l("When you cancel the event"),
    "reminder_day": _l("The day before"),
    "reminder_hour": _l("Shortly before it begins"),
    "afterwards": _l("After the event"),
    "cancelled_by_attendee": _l("When somebody cancels"),
    "cancelled_by_organizer": _l("When you cancel the registration of somebody"),
}
MEANINGS: dict[str, Any] = {
    "name": _l("the name, as the person typed it"),
    "title": _l("the title of the event"),
    "starts": _l("when it starts, with day, hour and time zone"),
    "place": _l("where it takes place"),
    "organization": _l("your organization"),
    "ticket_type": _l("the ticket type of the person"),
    "queue_place": _l("the number in line of who waits; nothing for others"),
    "offer_until": _l("until when the place is held"),
}
