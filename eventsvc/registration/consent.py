"""What a person agrees to when registering. Change the words and the version changes: it is kept with each registration."""

from eventsvc.events.models import Event
from eventsvc.i18n import _, date_text, language

VERSION = "1"


def consent_text(event: Event) -> str:
    """The sentence beside the box, in the language being spoken."""
    return _(
        "I agree that %(organization)s keeps my name and my mail address for this event only, writes to me about it, "
        "and erases them on %(date)s at the latest. Nobody else is shown them.",
        organization=event.host.name_in(language()),
        date=erased_on(event),
    )


def erased_on(event: Event) -> str:
    """The day on which personal data go, where the event takes place."""
    return date_text(event.personal_data_until.astimezone(event.starts_local.tzinfo))
