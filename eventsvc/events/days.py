"""From which day to which, in one line and in the language being spoken."""

from datetime import datetime

from babel.dates import format_interval

from eventsvc.i18n import date_text, language, locale


def days_text(starts: datetime, ends: datetime) -> str:
    """ "Dec 6–9, 2026"; a single day with its weekday. Both in the zone in which the days are counted."""
    if starts.date() == ends.date():
        return date_text(starts)
    return format_interval(starts.date(), ends.date(), "yMMMd", locale=locale(language())).replace("\u2009", "")
