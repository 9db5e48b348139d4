"""The languages there are: which of them we speak where, which text a reader gets, and which way it is written."""

from collections.abc import Iterable, Mapping, Sequence
from functools import cache

from babel import Locale, UnknownLocaleError

LANGUAGES = ("en", "es", "pt", "fr")
"""The languages of all that visitors and attendees read, in the order in which they are offered."""

OFFICE_LANGUAGES = ("en", "es")
"""Those of the back office, of signing in and of the commands."""

LANGUAGE_NAMES = {"en": "English", "es": "Español", "pt": "Português", "fr": "Français"}
"""How each language calls itself."""

OWN_NAMES = {
    "cak": "Kaqchikel",
    "ixl": "Ixil",
    "kek": "Q’eqchi’",
    "kjb": "Q’anjob’al",
    "mam": "Mam",
    "mix": "Tu’un savi",
    "nah": "Nahuatl",
    "poh": "Poqomchi’",
    "tzh": "Tseltal",
    "tzj": "Tz’utujil",
    "tzo": "Tsotsil",
    "yua": "Maaya t’aan",
}
"""What speakers call languages that events are held in and CLDR has no name for."""

# Who reads Portuguese reads Spanish too, well enough to work in it. French has no such neighbour here; English is what
# networks that work in French share with the others.
_NEAREST_IN_THE_OFFICE = {"pt": "es", "fr": "en"}

# Scripts that a tag may name, and languages that Babel does not know.
_SCRIPTS_FROM_THE_RIGHT = frozenset({"adlm", "arab", "hebr", "mand", "nkoo", "rohg", "samr", "syrc", "thaa"})
_LANGUAGES_FROM_THE_RIGHT = frozenset({"aii", "arc", "arq", "ary", "arz", "azb", "khw", "ota", "pnb", "prs"})


def primary(tag: str) -> str:
    """The language alone of a tag, in lower case: "pt" of "pt-BR"."""
    return tag.replace("_", "-").partition("-")[0].lower()


def interface_language(tag: str, fallback: str) -> str:
    """The language of the interface for a text or a reader in this one."""
    return primary(tag) if primary(tag) in LANGUAGES else fallback


def office_language(tag: str, also: Iterable[str] = ()) -> str:
    """The nearest language of the back office for somebody who reads this one, and `also` those named after it."""
    if tag in OFFICE_LANGUAGES:
        return tag
    # English stands in the list of nearly every browser without anybody having put it there.
    chosen = (short for short in map(primary, also) if short in OFFICE_LANGUAGES and short != "en")
    return next(chosen, _NEAREST_IN_THE_OFFICE.get(tag, "en"))


def negotiate(accepted: Sequence[str], fallback: str) -> str:
    """The first of a reader's languages (as in Accept-Language, best first) that we speak."""
    return next((short for short in map(primary, accepted) if short in LANGUAGES), fallback)


def pick(texts: Mapping[str, str], preferred: str, order: Sequence[str] = ()) -> tuple[str, str]:
    """From a language map the text to show and its language: the preferred one, else the first of `order` there is.

    Who prefers "pt" is best served with "pt-BR", where that is what there is.
    """
    alike = (tag for tag in (*order, *texts) if primary(tag) == primary(preferred))
    for tag in (preferred, *alike, *order, *texts):
        if texts.get(tag):
            return texts[tag], tag
    return "", preferred


@cache
def direction(tag: str) -> str:
    """`rtl` or `ltr`, for the `dir` attribute: by the script that the tag names, else by what Babel knows of it."""
    parts = tag.replace("_", "-").split("-")
    scripts = [part.lower() for part in parts[1:] if len(part) == 4 and part.isalpha()]
    if scripts:
        return "rtl" if scripts[0] in _SCRIPTS_FROM_THE_RIGHT else "ltr"
    for known in (parts, parts[:1]):
        try:
            return Locale.parse("_".join(known)).text_direction
        except (ValueError, UnknownLocaleError):
            continue
    return "rtl" if parts[0].lower() in _LANGUAGES_FROM_THE_RIGHT else "ltr"
