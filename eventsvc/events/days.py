"""Days in few words, in the language being spoken."""

from datetime import datetime

from babel.dates import format_interval, format_skeleton

from eventsvc.i18n import date_text, first_in_words, language, locale


def days_text(starts: datetime, ends: datetime) -> str:
    """ "Dec 6–9, 2026", "6–9 de diciembre de 2026"; a single day with its weekday. In the zone of the two moments."""
    if starts.date() == ends.date():
        return date_text(starts)
    return format_interval(starts.date(), ends.date(), "yMMMMd", locale=locale(language())).replace("\u2009", "")


def short_day_text(moment: datetime) -> str:
    """ "Mon, Dec 7"."""
    return first_in_words(format_skeleton("MMMEd", moment, locale=locale(language())), moment)
