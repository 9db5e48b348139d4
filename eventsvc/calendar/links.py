"""Links that put one event into somebody's calendar on the web, or let that calendar follow a feed of ours.

What the former make is a copy that never follows the event. None of these forms is documented; they are as the sites
take them now, and the .ics file or the plain address is always offered beside them.
"""

from datetime import UTC
from typing import NamedTuple
from urllib.parse import quote, urlencode

from eventsvc.calendar.contentlines import local, utc
from eventsvc.calendar.ical import Entry

GOOGLE_FROM_URL = "https://calendar.google.com/calendar/r/settings/addbyurl"
"""Where one pastes an address. A link that carries it is refused by Google more often than not."""
LONGEST_TEXT = 1000  # signs of the description: the sites refuse addresses of more than some 8 kB


class Subscription(NamedTuple):
    """The ways to follow one feed: its address to paste, and links that open the calendar where it is pasted."""

    address: str
    webcal: str
    google: str
    outlook: str


def subscription(address: str, name: str) -> Subscription:
    """Of the feed at this absolute address, under the name that a calendar shows for it."""
    outlook_page = "https://outlook.live.com/calendar/0/addfromweb"
    webcal = f"webcal:{address.partition(':')[2]}"
    return Subscription(address, webcal, GOOGLE_FROM_URL, _link(outlook_page, {"url": address, "name": name}))


def google(entry: Entry) -> str:
    """Google Calendar: wall times and their zone, or UTC where the hour or the zone leaves a doubt."""
    starts, ends = entry.starts, entry.ends.astimezone(entry.starts.tzinfo)
    written, zone = (local, entry.zone) if entry.zone else (utc, None)
    fields = {
        "action": "TEMPLATE",
        "text": entry.summary,
        "dates": f"{written(starts)}/{written(ends)}",
        "ctz": zone or "",
        "details": _details(entry),
        "location": entry.location,
    }
    return _link("https://calendar.google.com/calendar/render", fields)


def outlook(entry: Entry) -> str:
    """Outlook.com, for private accounts."""
    return _link("https://outlook.live.com/calendar/0/action/compose", _microsoft(entry))


def office365(entry: Entry) -> str:
    """Outlook on the web, for accounts of work and school."""
    return _link("https://outlook.office.com/calendar/0/action/compose", _microsoft(entry))


def yahoo(entry: Entry) -> str:
    """Yahoo Calendar."""
    fields = {
        "v": "60",
        "title": entry.summary,
        "st": utc(entry.starts),
        "et": utc(entry.ends),
        "desc": _details(entry),
        "in_loc": entry.location,
    }
    return _link("https://calendar.yahoo.com/", fields)


def _microsoft(entry: Entry) -> dict[str, str]:
    starts, ends = (moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ") for moment in (entry.starts, entry.ends))
    return {
        "rru": "addevent",
        "subject": entry.summary,
        "startdt": starts,
        "enddt": ends,
        "body": _details(entry),
        "location": entry.location,
        "allday": "false",
    }


def _details(entry: Entry) -> str:
    words = entry.description
    if len(words) > LONGEST_TEXT:
        words = words[: LONGEST_TEXT - 1].rstrip() + "…"
    return "\n\n".join(filter(None, (words, entry.url)))


def _link(page: str, fields: dict[str, str]) -> str:
    given = {key: value for key, value in fields.items() if value}
    return f"{page}?{urlencode(given, quote_via=quote, safe='')}"
