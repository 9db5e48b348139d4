"""What a chat or a timeline shows of a link to an event: the words and the picture that its page names."""

from typing import NamedTuple

from eventsvc.events.facts import EventFacts
from eventsvc.i18n import LANGUAGES, date_text, language, pick
from eventsvc.intake import current_settings
from eventsvc.sharing import press, words
from eventsvc.sharing.plain import cut
from eventsvc.sharing.ways import page_address, ways

_LOCALES = {"en": "en_US", "es": "es_LA", "pt": "pt_BR", "fr": "fr_FR"}


class Preview(NamedTuple):
    """The values of the `og:` names."""

    title: str
    description: str
    url: str
    image: str
    image_alt: str
    locales: list[str]


def preview(event: EventFacts) -> Preview:
    """In the language being spoken."""
    summary = pick(event.summary, language(), event.languages)[0]
    told = ways(event)
    return Preview(
        title=told.title,
        description=cut(" · ".join(filter(None, (date_text(event.starts_local), summary))), 300),
        url=page_address(event.slug),
        image=card_address(event),
        image_alt=told.words.replace("\n", ", "),
        locales=locales(),
    )


def card_address(event: EventFacts) -> str:
    """Of the picture, with the mark of its content: chats keep what they fetched once for an address."""
    mark = press.mark("card", words.card(event))
    return f"{page_address(event.slug)}/card.png?v={mark}"


def site_card_address() -> str:
    """Of the picture for pages that are not about one event."""
    mark = press.mark("site", words.site())
    return f"{current_settings().origin}/{language()}/card.png?v={mark}"


def locales() -> list[str]:
    """The language being spoken and then the others, written as Facebook does, after whom everybody does."""
    return [_LOCALES.get(tag, tag) for tag in sorted(LANGUAGES, key=lambda tag: tag != language())]
