"""A question as it is to be worded, and what makes a wording whole. Options keep their slug for ever."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from eventsvc.db import LanguageMap
from eventsvc.events.slugs import LONGEST, slugify
from eventsvc.i18n import _, language_name
from eventsvc.questions.arrangement import Unfit
from eventsvc.questions.models import Kind, Version

MOST_OPTIONS = 50
LEAST_OPTIONS = {Kind.ONE_OF: 2, Kind.SEVERAL_OF: 1}


@dataclass(frozen=True)
class Choice:
    """An option: one without a slug is new and gets one. `size`: only so many people may choose it."""

    label: LanguageMap
    slug: str = ""
    size: int | None = None


@dataclass(frozen=True)
class Wording:
    """All that a version holds but its kind, which a question keeps for ever."""

    label: LanguageMap
    help: LanguageMap = field(default_factory=dict)
    purpose: LanguageMap = field(default_factory=dict)
    required: bool = False
    choices: tuple[Choice, ...] = ()
    limits: Mapping[str, Any] = field(default_factory=dict)
    ticket_types: tuple[str, ...] = ()
    depends_on_id: int | None = None
    depends_on_options: tuple[str, ...] = ()


def columns(kind: Kind, wording: Wording, before: Sequence[Version], languages: Sequence[str]) -> dict[str, Any]:
    """The columns of the version that this wording makes, after the versions there were. Raises Unfit."""
    if not any(wording.label.values()):
        raise Unfit(f"label_{languages[0]}", _("Enter the question."))
    _check_limits(wording.limits)
    return {
        "label": wording.label,
        "help": wording.help,
        "purpose": wording.purpose,
        "required": wording.required,
        "options": _options(kind, wording.choices, before, languages),
        "limits": {name: value for name, value in wording.limits.items() if value is not None},
        "ticket_types": list(wording.ticket_types),
        "depends_on_id": wording.depends_on_id,
        "depends_on_options": list(wording.depends_on_options) if wording.depends_on_id else [],
    }


def _check_limits(limits: Mapping[str, Any]) -> None:
    least, most = limits.get("least"), limits.get("most")
    if least is not None and most is not None and least > most:
        raise Unfit("most", _("The most cannot be less than the least."))


def _options(
    kind: Kind, choices: Sequence[Choice], before: Sequence[Version], languages: Sequence[str]
) -> list[dict[str, Any]]:
    if kind not in LEAST_OPTIONS:
        return []
    if len(choices) < LEAST_OPTIONS[kind]:
        few = _("Enter at least two options.") if LEAST_OPTIONS[kind] > 1 else _("Enter at least one option.")
        raise Unfit("options", few)
    if len(choices) > MOST_OPTIONS:
        raise Unfit("options", _("A question has at most %(most)s options.", most=MOST_OPTIONS))
    _refuse_twins(choices, languages)
    slugs = option_slugs(choices, before, languages)
    return [{"slug": slug, "label": choice.label} for slug, choice in zip(slugs, choices, strict=True)]


def _refuse_twins(choices: Sequence[Choice], languages: Sequence[str]) -> None:
    """Two options that read the same cannot be told apart."""
    for tag in languages:
        seen: set[str] = set()
        for label in (text for choice in choices if (text := choice.label.get(tag))):
            if label.casefold() in seen:
                said = _("Two options read “%(label)s” in %(language)s.", label=label, language=language_name(tag))
                raise Unfit("options", said)
            seen.add(label.casefold())


def option_slugs(choices: Sequence[Choice], before: Sequence[Version], languages: Sequence[str]) -> list[str]:
    """The slug of each option. One that was dropped has its own again if it returns with the same words; nobody else
    ever gets it: the answers that were given to it keep it. Raises Unfit.
    """
    ever = {o["slug"]: o["label"] for version in before for o in version.options}
    now = {o["slug"] for version in before[-1:] for o in version.options}
    kept = [choice.slug for choice in choices if choice.slug]
    if len(set(kept)) < len(kept):
        raise Unfit("options", _("An option stands there twice."))
    for slug in kept:
        if before and slug not in now:
            raise Unfit("options", _("“%(slug)s” is no option of this question any more: add a new one.", slug=slug))
    taken = set(kept)
    return [choice.slug or _new_slug(choice, ever, taken, languages) for choice in choices]


def _new_slug(choice: Choice, ever: Mapping[str, LanguageMap], taken: set[str], languages: Sequence[str]) -> str:
    name = _first(choice.label, languages)
    same = (slug for slug, label in ever.items() if slug not in taken and _first(label, languages) == name)
    slug = next(same, None) or _free(slugify(name), {*taken, *ever})
    taken.add(slug)
    return slug


def _first(label: LanguageMap, languages: Iterable[str]) -> str:
    return next((text for tag in (*languages, *label) if (text := label.get(tag))), "")


def _free(wanted: str, taken: set[str]) -> str:
    slug, number = wanted, 1
    while slug in taken:
        number += 1
        slug = f"{wanted[: LONGEST - 4].rstrip('-')}-{number}"
    return slug


def free_slug(label: LanguageMap, taken: Iterable[str], languages: Sequence[str]) -> str:
    """A slug for a question with this label that none of these has."""
    return _free(slugify(_first(label, languages)), set(taken))
