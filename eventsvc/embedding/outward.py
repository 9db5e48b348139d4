"""Links that leave a frame open in a tab of their own, and say so to those who cannot see it coming."""

import re

from markupsafe import Markup, escape

from eventsvc.i18n import _, direction, language

_LINK = re.compile(r'<a (?P<attributes>[^>]*?\bhref="(?:https?:/)?/[^>]*)>(?P<words>.*?)</a>', re.DOTALL)
_INSIDE = re.compile(r'\bhref="/embed/')
_SAID_BEFORE = re.compile(r'\s(?:target|rel)="[^"]*"')


def outward(html: str) -> Markup:
    """The same page with every link that leads out of the frame marked so. What users wrote is escaped, and no link.

    Around the words of ours may stand the title of an event in another language.
    """
    words, tag = escape(_("(opens in a new tab)")), language()
    said = f'<span class="hidden-visually" lang="{tag}" dir="{direction(tag)}"> {words}</span>'

    def mark(link: re.Match[str]) -> str:
        if _INSIDE.search(link["attributes"]):
            return link[0]
        attributes = _SAID_BEFORE.sub("", f" {link['attributes']}")
        return f'<a{attributes} target="_blank" rel="noopener">{link["words"]}{said}</a>'

    return Markup(_LINK.sub(mark, html))  # noqa: S704  # our own markup, as it came
