"""Who may show what in a frame.

Cards and lists hold what is public anyway, no form and no cookie: any page may show them. The form may only be shown by
the web origins that the host of the event lists, so that nobody lays a page of theirs over its button.
"""

import re
from collections.abc import Iterable

from eventsvc.intake import content_security_policy

_WEB_ORIGIN = re.compile(r"https?://(\*\.)?[A-Za-z0-9.-]+(:\d{1,5})?")


def anywhere() -> str:
    """The policy of a page that any other page may show. There is nothing on it that could be sent."""
    return content_security_policy(frame_ancestors="*", form_action="'none'", connect_src="'none'")


def web_origins(listed: Iterable[str]) -> list[str]:
    """Those of a list that are web origins, and nothing else that could stand in a policy."""
    return [origin for origin in listed if _WEB_ORIGIN.fullmatch(origin)]


def at(origins: Iterable[str]) -> str:
    """The policy of a page that these web origins may show, and our own back office; without any, nobody."""
    listed = web_origins(origins)
    return content_security_policy(frame_ancestors=" ".join(["'self'", *listed]) if listed else "'none'")
