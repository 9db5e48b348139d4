"""Questions that are answered with a number or a day. Both are typed as text, so that nothing is lost that is no number."""

import re
import unicodedata
from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from math import isfinite
from typing import Any

from babel.dates import format_date
from babel.numbers import format_decimal, get_decimal_symbol, get_group_symbol

from eventsvc.i18n import _, first_in_words, locale, speaking
from eventsvc.i18n import language as spoken
from eventsvc.i18n import lazy_gettext as _l
from eventsvc.questions.cleaning import clean_line
from eventsvc.questions.field import Mistake
from eventsvc.questions.kind import QuestionKind, Worded

LONGEST_NUMBER = 15
"""Digits that a number keeps exactly in JSON, whoever reads it."""

_WHOLE = re.compile(r"[-+]?\d+")
_DECIMAL = re.compile(r"[-+]?\d+(?:[.,]\d+)?")


class Number(QuestionKind):
    """A whole number between `least` and `most`; one with decimals only where `limits` say so (`"decimals": true`)."""

    look = "number"
    unanswered = _l("Enter a number.")

    def read(self, typed: Sequence[str], wording: Worded) -> int | float | None:
        text = _in_ascii(typed[0]) if typed else ""
        if not text:
            return None
        number = _decimal(text) if wording.limits.get("decimals") else _whole(text)
        _refuse_outside(number, wording, number_said)
        return number

    def typed(self, value: Any) -> list[str]:
        """With the decimal sign of the reader, for the other one might stand between thousands."""
        if isinstance(value, bool) or not isinstance(value, int | float) or not isfinite(value):
            return []
        return [_written(value).replace(".", get_decimal_symbol(locale(spoken())))]

    def said(self, value: Any, wording: Worded, language: str) -> str:
        return number_said(value, language)

    def plain(self, value: Any) -> str:
        return _written(value)


class Date(QuestionKind):
    """A day, as ISO 8601 writes it."""

    look = "date"
    unanswered = _l("Enter a date.")

    def read(self, typed: Sequence[str], wording: Worded) -> str | None:
        text = _in_ascii(typed[0]) if typed else ""
        if not text:
            return None
        if not re.fullmatch(r"\d{4}-\d{2}-\d{2}", text):
            raise Mistake(_("Enter a date as year, month and day, such as 2027-03-09."))
        try:
            day = date.fromisoformat(text).isoformat()
        except ValueError:
            raise Mistake(_("There is no such day. Please check the date.")) from None
        _refuse_outside(day, wording, date_said)
        return day

    def said(self, value: Any, wording: Worded, language: str) -> str:
        return date_said(value, language)


def number_said(value: float, language: str) -> str:
    """As people write it, with the signs of their language."""
    return str(format_decimal(value, "#,##0.###############", locale=locale(language)))


def date_said(value: str, language: str) -> str:
    """An ISO date in words; what is no date stays as it is."""
    try:
        day = datetime.fromisoformat(value)
    except (TypeError, ValueError):
        return str(value)
    with speaking(language):
        return first_in_words(format_date(day, "long", locale=locale(language)), day)


def _in_ascii(text: str) -> str:
    """Figures of any script as ours, without spaces; of what is far too long only the beginning."""
    line = unicodedata.normalize("NFKC", clean_line(text[:200])).replace("\N{MINUS SIGN}", "-").replace("٫", ".")
    return "".join(str(unicodedata.digit(sign, sign)) for sign in line if not sign.isspace())


def _whole(text: str) -> int:
    if _WHOLE.fullmatch(text):
        _refuse_too_long(text)
        return int(text)
    if _DECIMAL.fullmatch(text):
        raise Mistake(_("Enter a whole number, in figures only, such as 1200."))
    raise Mistake(_("Enter a number in figures, such as 3."))


def _decimal(text: str) -> int | float:
    if not _DECIMAL.fullmatch(text):
        raise Mistake(_("Enter a number in figures, such as 3 or 2.5."))
    _refuse_too_long(text)
    group = get_group_symbol(locale(spoken()))
    if group in ".," and re.search(rf"{re.escape(group)}\d{{3}}$", text):
        raise Mistake(_("Please write the number without a sign between its thousands, such as 1200."))
    number = float(text.replace(",", "."))
    return int(number) if number.is_integer() else number


def _refuse_too_long(text: str) -> None:
    if sum(sign.isdigit() for sign in text) > LONGEST_NUMBER:
        raise Mistake(_("This number is too long."))


def _written(value: float) -> str:
    """The digits of a number, never with an exponent."""
    return format(Decimal(repr(value)), "f")


def _refuse_outside(value: Any, wording: Worded, said: Any) -> None:
    """ISO dates compare as texts do."""
    least, most = wording.limits.get("least"), wording.limits.get("most")
    low, high = (None if limit is None else said(limit, spoken()) for limit in (least, most))
    below, above = least is not None and value < least, most is not None and value > most
    if not (below or above):
        return
    of_dates = said is date_said
    if low is not None and high is not None:
        if of_dates:
            raise Mistake(_("Enter a date from %(least)s to %(most)s.", least=low, most=high))
        raise Mistake(_("Enter a number from %(least)s to %(most)s.", least=low, most=high))
    if low is not None:
        if of_dates:
            raise Mistake(_("Enter a date not before %(least)s.", least=low))
        raise Mistake(_("Enter a number not below %(least)s.", least=low))
    if of_dates:
        raise Mistake(_("Enter a date not after %(most)s.", most=high))
    raise Mistake(_("Enter a number not above %(most)s.", most=high))
