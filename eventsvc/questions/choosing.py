"""Questions that are answered by choosing: one of, several of, yes or no, and agreeing."""

from collections.abc import Iterable, Sequence
from typing import Any, ClassVar

from eventsvc.i18n import _, joined, ngettext, pick, speaking
from eventsvc.i18n import lazy_gettext as _l
from eventsvc.questions.field import Mistake
from eventsvc.questions.kind import Option, QuestionKind, Worded

MOST_RADIOS = 12
"""More options than these are a list that folds."""


class OneOf(QuestionKind):
    """One of the options, by its slug."""

    look = "radios"
    unanswered = _l("Choose one of these.")

    def look_of(self, wording: Worded) -> str:
        return "radios" if len(wording.options) <= MOST_RADIOS else "select"

    def options(self, wording: Worded, language: str) -> Sequence[Option]:
        return [Option(option["slug"], *pick(option["label"], language)) for option in wording.options]

    def slugs(self, wording: Worded) -> Iterable[str]:
        return [option["slug"] for option in wording.options]

    def read(self, typed: Sequence[str], wording: Worded) -> str | None:
        slug = typed[0] if typed else ""
        if slug and slug not in self.slugs(wording):
            raise Mistake(str(self.unanswered))
        return slug or None

    def marked(self, typed: Sequence[str], wording: Worded) -> tuple[str, ...]:
        return super().marked(typed[:1], wording)

    def chosen(self, value: Any) -> tuple[str, ...]:
        return (value,) if isinstance(value, str) else ()

    def said(self, value: Any, wording: Worded, language: str) -> str:
        return self.said_option(str(value), wording, language)


class SeveralOf(QuestionKind):
    """As many of the options as one likes, by their slugs in the order of the options; `limits` count them."""

    look = "boxes"
    unanswered = _l("Choose at least one of these.")

    options, slugs = OneOf.options, OneOf.slugs

    def read(self, typed: Sequence[str], wording: Worded) -> list[str] | None:
        slugs = list(self.marked(typed, wording))
        if set(typed) - {"", *slugs}:
            raise Mistake(_("Choose from these only."))
        if slugs:
            _refuse_wrong_number(len(slugs), wording)
        return slugs or None

    def typed(self, value: Any) -> list[str]:
        return list(self.chosen(value))

    def chosen(self, value: Any) -> tuple[str, ...]:
        return tuple(each for each in value if isinstance(each, str)) if isinstance(value, list | tuple) else ()

    def said(self, value: Any, wording: Worded, language: str) -> str:
        with speaking(language):
            return joined([self.said_option(slug, wording, language) for slug in self.chosen(value)])

    def plain(self, value: Any) -> str:
        return "; ".join(self.chosen(value))


class YesNo(QuestionKind):
    """True or false."""

    look = "radios"
    unanswered = _l("Choose yes or no.")
    _values: ClassVar[dict[str, bool]] = {"yes": True, "no": False}

    def options(self, wording: Worded, language: str) -> Sequence[Option]:
        with speaking(language):
            return [Option("yes", _("Yes"), language), Option("no", _("No"), language)]

    def read(self, typed: Sequence[str], wording: Worded) -> bool | None:
        slug = typed[0] if typed else ""
        if slug and slug not in self._values:
            raise Mistake(str(self.unanswered))
        return self._values.get(slug)

    def slugs(self, wording: Worded) -> Iterable[str]:
        return self._values

    def typed(self, value: Any) -> list[str]:
        return list(self.chosen(value))

    def marked(self, typed: Sequence[str], wording: Worded) -> tuple[str, ...]:
        return super().marked(typed[:1], wording)

    def chosen(self, value: Any) -> tuple[str, ...]:
        return ("yes" if value else "no",) if isinstance(value, bool) else ()

    def said(self, value: Any, wording: Worded, language: str) -> str:
        return self.said_option("yes" if value else "no", wording, language)

    def plain(self, value: Any) -> str:
        return "yes" if value else "no"


class Consent(QuestionKind):
    """True; who does not agree gives no answer."""

    look = "box"
    unanswered = _l("Please tick this box if you agree; we cannot register you without it.")

    def options(self, wording: Worded, language: str) -> Sequence[Option]:
        with speaking(language):
            return [Option("yes", _("Yes"), language)]

    def slugs(self, wording: Worded) -> Iterable[str]:
        return ("yes",)

    def read(self, typed: Sequence[str], wording: Worded) -> bool | None:
        return True if "yes" in typed else None

    def typed(self, value: Any) -> list[str]:
        return ["yes"] if value is True else []

    def chosen(self, value: Any) -> tuple[str, ...]:
        return ("yes",) if value is True else ()

    def said(self, value: Any, wording: Worded, language: str) -> str:
        with speaking(language):
            return _("Yes") if value is True else _("No")

    def plain(self, value: Any) -> str:
        return "yes" if value is True else "no"


def _refuse_wrong_number(number: int, wording: Worded) -> None:
    least, most = wording.limits.get("least") or 0, wording.limits.get("most") or len(wording.options)
    if number > most:
        raise Mistake(ngettext("Choose only %(num)s of these.", "Choose at most %(num)s of these.", most))
    if number < least:
        raise Mistake(ngettext("Choose at least %(num)s of these.", "Choose at least %(num)s of these.", least))
