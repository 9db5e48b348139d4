"""What a person agrees to when registering. Change the words and the version changes: it is kept with each registration."""

from collections.abc import Sequence

from eventsvc.events.models import Event
from eventsvc.i18n import _, date_text, joined, language

VERSION = "1"


def consent_text(event: Event) -> str:
    """The sentence beside the box, in the language being spoken."""
    return _(
        "I agree that %(organization)s keeps my name and my mail address for this event only, writes to me about it, "
        "and erases them on %(date)s at the latest. Nobody else is shown them.",
        organization=event.host.name_in(language()),
        date=erased_on(event),
    )


def consent_to_several(events: Sequence[Event]) -> str:
    """The same sentence where one person registers for several events at once."""
    hosts = list(dict.fromkeys(event.host.name_in(language()) for event in events))
    date = erased_on(max(events, key=lambda event: event.personal_data_until))
    if len(hosts) == 1:
        return _(
            "I agree that %(organization)s keeps my name and my mail address for these events only, writes to me about "
            "them, and erases them on %(date)s at the latest. Nobody else is shown them.",
            organization=hosts[0],
            date=date,
        )
    return _(
        "I agree that the organizers of each event (%(organizations)s) keep my name and my mail address for that event "
        "only, write to me about it, and erase them on %(date)s at the latest. Nobody else is shown them.",
        organizations=joined(hosts),
        date=date,
    )


def erased_on(event: Event) -> str:
    """The day on which personal data go, where the event takes place."""
    return date_text(event.personal_data_until.astimezone(event.starts_local.tzinfo))
