"""Speaking a language: its catalogues, and dates and numbers as people write them.

Catalogues are `.po` files read at start, one for each part of the house; English is the source and has none. The language is a context variable: a
request sets it from its path, a letter from its reader, a command from the settings.
"""

import io
import logging
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo

from babel import Locale, UnknownLocaleError
from babel.core import get_global
from babel.dates import format_date, format_skeleton, format_time, get_timezone_name
from babel.lists import format_list
from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.numbers import format_decimal
from babel.support import Translations
from flask import Flask
from jinja2 import pass_context
from jinja2.runtime import Context
from markupsafe import Markup, escape

from eventsvc.bidi import apart, filled, isolated, set_apart
from eventsvc.languages import LANGUAGES, OWN_NAMES, direction, negotiate, pick, primary
from eventsvc.settings import PACKAGE

__all__ = ["LANGUAGES", "direction", "negotiate", "pick"]  # so that who speaks need not know where they are decided

TRANSLATIONS = PACKAGE / "translations"
_BABEL_LOCALES = {"en": "en_US", "es": "es_419", "pt": "pt_BR", "fr": "fr_FR"}
_language: ContextVar[str] = ContextVar("language", default="en")
_FIRST_OF_A_MONTH = {"fr": "1er", "pt": "1º"}
_SOUNDS_LIKE_Y = re.compile(r"h?[ií](?!e)", re.IGNORECASE)
_log = logging.getLogger(__name__)


def language() -> str:
    """The language being spoken now, one of LANGUAGES."""
    return _language.get()


def speak(tag: str) -> None:
    """Speak this language from here on (in this context); an unknown tag is a programming error."""
    if tag not in LANGUAGES:
        raise ValueError(f"not a language of the interface: {tag}")
    _language.set(tag)


@contextmanager
def speaking(tag: str) -> Iterator[None]:
    """Speak this language inside the block only."""
    before = _language.set(tag)
    try:
        yield
    finally:
        _language.reset(before)


@cache
def _catalogue(tag: str) -> Translations:
    """All `.po` files of a language together: one file for each part of the house."""
    whole = Catalog(locale=locale(tag))
    for path in sorted((TRANSLATIONS / tag).glob("*.po")):
        with path.open("rb") as source:
            for message in read_po(source, locale=tag):
                if message.id and message.string:
                    whole[message.id] = message
    compiled = io.BytesIO()
    write_mo(compiled, whole)
    compiled.seek(0)
    return Translations(compiled)


def gettext(message: str, /, **values: Any) -> str:
    """The message in the language being spoken, with `%(name)s` filled in."""
    text = str(_catalogue(language()).ugettext(message))
    return filled(text, values) if values else text


_ = gettext


def ngettext(singular: str, plural: str, number: int, /, **values: Any) -> str:
    """The right plural form; `%(num)s` is the number as people write it."""
    text = str(_catalogue(language()).ungettext(singular, plural, number))
    return filled(text, {"num": number_text(number), **values})


class LazyText:
    """A message that is looked up when it is shown, for texts that stand in class bodies."""

    def __init__(self, message: str) -> None:
        self.message = message

    def __str__(self) -> str:
        return gettext(self.message)

    def __html__(self) -> str:
        return str(escape(str(self)))

    def __mod__(self, values: object) -> str:
        return str(self) % values


def lazy_gettext(message: str) -> Any:
    """See LazyText. Typed loosely because form libraries ask for `str`."""
    return LazyText(message)


def said(texts: Mapping[str, str], order: Sequence[str] = ()) -> str:
    """The text to show on a page: where it is not in the language being spoken, it says which one it is in."""
    text, tag = pick(texts, language(), order)
    if not text or tag == language():
        return text
    return Markup('<span lang="{}" dir="{}">{}</span>').format(tag, direction(tag), text)


@cache
def locale(tag: str) -> Locale:
    try:
        return Locale.parse(_BABEL_LOCALES.get(tag, tag.replace("-", "_")))
    except (ValueError, UnknownLocaleError):
        return Locale.parse("en_US")


def language_name(tag: str) -> str:
    """The name of a language in the one being spoken: "Spanish", "español"; an unknown tag stays as it is."""
    try:
        return Locale.parse(tag.replace("-", "_")).get_display_name(locale(language())) or tag
    except (ValueError, UnknownLocaleError):
        named = locale(language()).languages.get(primary(tag)) or OWN_NAMES.get(primary(tag))
        return str(named or tag)


def country_name(code: str) -> str:
    """The name of a country (ISO 3166-1 alpha-2) in the language being spoken."""
    return str(locale(language()).territories.get(code.upper(), code))


def number_text(number: float) -> str:
    return format_decimal(number, locale=locale(language()))


def joined(parts: Sequence[str]) -> str:
    """ "a, b and c" in the language being spoken."""
    text = format_list([isolated(part) for part in parts], locale=locale(language())) if parts else ""
    if language() == "es" and len(parts) > 1 and _SOUNDS_LIKE_Y.match(parts[-1]):
        return f"{text.removesuffix(f' y {parts[-1]}')} e {parts[-1]}"  # "español e inglés"
    return text


def date_text(moment: datetime) -> str:
    """Weekday, day, month and year in the moment's own zone."""
    return first_in_words(format_date(moment, "full", locale=locale(language())), moment)


def short_date_text(moment: datetime) -> str:
    return first_in_words(format_date(moment, "medium", locale=locale(language())), moment)


def first_in_words(date: str, moment: datetime) -> str:
    """CLDR counts the first of a month like any other day; in some languages people do not."""
    first = _FIRST_OF_A_MONTH.get(language()) if moment.day == 1 else None
    return re.sub(r"\b1 ", f"{first} ", date, count=1) if first else date


def month_text(moment: datetime) -> str:
    return format_skeleton("yMMMM", moment, locale=locale(language()))


def weekday_text(moment: datetime) -> str:
    """The weekday in short: "Tue", "mar"."""
    return format_date(moment, "ccc", locale=locale(language())).rstrip(".")


def month_abbreviation(moment: datetime) -> str:
    return format_date(moment, "LLL", locale=locale(language())).rstrip(".")


def time_text(moment: datetime) -> str:
    """Hour and minute in the moment's own zone."""
    return format_time(moment, "short", locale=locale(language())).replace("\u202f", "\u00a0")


def zone_text(moment: datetime) -> str:
    """The zone in words with its offset at that moment: "Pacific Daylight Time, UTC\N{MINUS SIGN}7"."""
    zone = moment.tzinfo
    name = get_timezone_name(moment, "long", locale=locale(language())) if isinstance(zone, ZoneInfo) else ""
    if name.startswith(("GMT", "UTC")):  # a zone that has no name of its own
        country = get_global("zone_territories").get(str(zone))
        place = country_name(country) if country else str(zone).rpartition("/")[2].replace("_", " ")
        name = gettext("%(country)s time", country=place)
    return f"{name}, {offset_text(moment)}" if name else offset_text(moment)


def offset_text(moment: datetime) -> str:
    """ "UTC", "UTC\N{MINUS SIGN}7", "UTC+5:45"."""
    seconds = int((moment.utcoffset() or moment.astimezone().utcoffset()).total_seconds())  # type: ignore[union-attr]  # an aware moment has one
    if not seconds:
        return "UTC"
    hours, minutes = divmod(abs(seconds) // 60, 60)
    sign = "\N{MINUS SIGN}" if seconds < 0 else "+"
    return f"UTC{sign}{hours}" + (f":{minutes:02}" if minutes else "")


def span_text(starts: datetime, ends: datetime) -> str:
    """From when to when, with weekday and zone, as one line. Both in the zone they are to be shown in."""
    if starts.date() == ends.date():
        day = gettext(
            "%(date)s, %(start)s to %(end)s", date=date_text(starts), start=time_text(starts), end=time_text(ends)
        )
    else:
        day = gettext(
            "%(start_date)s, %(start)s to %(end_date)s, %(end)s",
            start_date=date_text(starts),
            start=time_text(starts),
            end_date=date_text(ends),
            end=time_text(ends),
        )
    return f"{day} ({zone_text(starts)})"


def init_languages(app: Flask) -> None:
    """Give the templates their words, dates and numbers."""
    app.jinja_env.add_extension("jinja2.ext.i18n")
    app.jinja_env.install_gettext_callables(_template_gettext, _template_ngettext, newstyle=True)  # type: ignore[attr-defined]  # added by the extension
    app.jinja_env.globals["gettext"] = _with_values_set_apart(app.jinja_env.globals["gettext"])
    app.jinja_env.globals["ngettext"] = _with_readable_number(app.jinja_env.globals["ngettext"])
    app.jinja_env.globals.update(
        language=language,
        languages=LANGUAGES,
        direction=direction,
        pick=pick,
        language_name=language_name,
        country_name=country_name,
    )
    app.jinja_env.filters.update(
        date=date_text,
        short_date=short_date_text,
        month=month_text,
        month_short=month_abbreviation,
        weekday=weekday_text,
        time=time_text,
        zone=zone_text,
        offset=offset_text,
        number=number_text,
        joined=joined,
        isolated=isolated,
        apart=apart,
    )


def _with_values_set_apart(gettext: Any) -> Any:
    """Keep a value that runs the other way from turning its sentence around."""

    @pass_context
    def filled_in(context: Context, message: str, /, **values: Any) -> Any:
        return gettext(context, message, **set_apart(values))

    return filled_in


def _with_readable_number(ngettext: Any) -> Any:
    """Fill `%(num)s` in as people write numbers, with the sign between the thousands."""

    @pass_context
    def counted(context: Context, singular: str, plural: str, number: int, /, **values: Any) -> Any:
        return ngettext(context, singular, plural, number, **({"num": number_text(number)} | set_apart(values)))

    return counted


def _template_gettext(message: str) -> str:
    return str(_catalogue(language()).ugettext(message))


def _template_ngettext(singular: str, plural: str, number: int) -> str:
    return str(_catalogue(language()).ungettext(singular, plural, number))
