"""Questions whose options are known to everybody: countries and languages, by their codes.

Names come from CLDR in the reader's language, and are sorted as its dictionaries do.
"""

import unicodedata
from collections.abc import Callable, Iterable, Sequence
from functools import cache
from typing import Any

from eventsvc.i18n import lazy_gettext as _l
from eventsvc.i18n import locale
from eventsvc.languages import LANGUAGES, OWN_NAMES
from eventsvc.questions.field import Mistake
from eventsvc.questions.kind import Option, QuestionKind, Worded

# What CLDR has two letters for, though ISO 3166-1 has no country of that code: parts of others, unions, codes for tests.
_NO_COUNTRIES = frozenset({"AC", "CP", "CQ", "DG", "EA", "EU", "EZ", "IC", "QO", "TA", "UN", "XA", "XB", "ZZ"})

# Two letters for languages that are written or prayed in, made up, or another word for one of the others.
_NOT_SPOKEN = frozenset({"ae", "cu", "ia", "ie", "io", "la", "mo", "pi", "sh", "tw", "vo"})

# Of the languages with three letters those that many of the people who come together speak at home.
_SPOKEN_TOO = frozenset({
    "arn", "bal", "bem", "bho", "bik", "ceb", "chr", "ckb", "din", "fil", "fon", "gil", "gsw",
    "guc", "hak", "haw", "hil", "hmn", "ilo", "kab", "kam", "kea", "kgp", "khw", "kmb", "kok",
    "kri", "lkt", "lua", "luo", "luy", "mai", "men", "mfe", "mic", "min", "mni", "moh", "mos", "mus",
    "nan", "naq", "nds", "nso", "nus", "pag", "pam", "pap", "pcm", "pis", "quc", "rhg", "rom", "sah",
    "sat", "scn", "shi", "srn", "srr", "suk", "swb", "syr", "tet", "tiv", "tpi", "tum", "tvl", "umb",
    "war", "wuu", "yrl", "yue", "zap", "zgh", "zza",
})  # fmt: skip

Name = Callable[[str, str], str]


class Country(QuestionKind):
    """One of the countries, by its ISO 3166-1 code in capitals."""

    look = "select"
    unanswered = _l("Choose a country.")

    @staticmethod
    def codes() -> frozenset[str]:
        return _countries()

    @staticmethod
    def name(code: str, language: str) -> str:
        """The code where it has no name."""
        return str(locale(language).territories.get(code) or locale("en").territories.get(code, code))

    def slugs(self, wording: Worded) -> Iterable[str]:
        return self.codes()

    def options(self, wording: Worded, language: str) -> Sequence[Option]:
        return _sorted(self.codes(), self.name, language)

    def read(self, typed: Sequence[str], wording: Worded) -> str | None:
        code = typed[0] if typed else ""
        if code and code not in self.codes():
            raise Mistake(str(self.unanswered))
        return code or None

    def marked(self, typed: Sequence[str], wording: Worded) -> tuple[str, ...]:
        return tuple(code for code in typed[:1] if code in self.codes())

    def chosen(self, value: Any) -> tuple[str, ...]:
        return (value,) if isinstance(value, str) else ()

    def said(self, value: Any, wording: Worded, language: str) -> str:
        return self.name(str(value), language)

    def said_option(self, slug: str, wording: Worded, language: str) -> str:
        return self.name(slug, language)


class Language(Country):
    """One of the languages people speak, by its BCP 47 tag."""

    unanswered = _l("Choose a language.")

    @staticmethod
    def codes() -> frozenset[str]:
        return _languages()

    @staticmethod
    def name(code: str, language: str) -> str:
        """As it is called in that language, else as its speakers call it, else as in English."""
        named = locale(language).languages.get(code) or OWN_NAMES.get(code)
        return str(named or locale("en").languages.get(code, code))


@cache
def _countries() -> frozenset[str]:
    return frozenset(code for code in map(str, locale("en").territories) if len(code) == 2) - _NO_COUNTRIES


@cache
def _languages() -> frozenset[str]:
    short = {code for code in map(str, locale("en").languages) if len(code) == 2}
    return frozenset(short - _NOT_SPOKEN | _SPOKEN_TOO | set(OWN_NAMES) | set(LANGUAGES))


@cache
def _sorted(codes: frozenset[str], name: Name, language: str) -> tuple[Option, ...]:
    """As a list, with capitals, in the order of the language's dictionaries."""
    named = [(name(code, language), code) for code in codes]
    ordered = sorted(named, key=lambda pair: sort_key(pair[0], language))
    return tuple(Option(code, text[:1].upper() + text[1:], language) for text, code in ordered)


def sort_key(text: str, language: str) -> tuple[str, str]:
    """Letters first, without their marks, case and signs between them; what is left decides between equals.

    In Spanish ñ is a letter of its own, after n.
    """
    folded = text.casefold().replace("œ", "oe").replace("æ", "ae").replace("ø", "o").replace("ł", "l")
    if language == "es":
        folded = unicodedata.normalize("NFC", folded).replace("ñ", "n\uffff")
    letters = "".join(sign for sign in unicodedata.normalize("NFKD", folded) if sign.isalnum() or sign in " \uffff")
    return letters, text
