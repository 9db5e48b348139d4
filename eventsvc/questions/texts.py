"""Questions that are answered in words: on one line, or on several."""

from collections.abc import Sequence
from typing import ClassVar

from eventsvc.i18n import ngettext
from eventsvc.questions.cleaning import clean_line, clean_text, says_nothing
from eventsvc.questions.field import Mistake
from eventsvc.questions.kind import QuestionKind, Worded


class ShortText(QuestionKind):
    """One line; `limits` count characters."""

    longest: ClassVar[int] = 200
    clean = staticmethod(clean_line)

    def read(self, typed: Sequence[str], wording: Worded) -> str | None:
        most = int(wording.limits.get("most") or self.longest)
        raw = typed[0] if typed else ""
        # Cleaning takes its time; of what could only be too long it would be wasted.
        text = raw if len(raw) > 4 * most + 1000 else self.clean(raw)
        if says_nothing(text[: 4 * most + 1000]):
            return None
        _refuse_wrong_length(len(text), int(wording.limits.get("least") or 0), most)
        return text


class LongText(ShortText):
    """Several lines, with their line breaks."""

    look = "text"
    longest = 4000
    clean = staticmethod(clean_text)


def _refuse_wrong_length(length: int, least: int, most: int) -> None:
    if length > most:
        raise Mistake(
            ngettext(
                "This is too long. Please shorten it to %(num)s character.",
                "This is too long. Please shorten it to %(num)s characters.",
                most,
            )
        )
    if length < least:
        raise Mistake(
            ngettext(
                "This is too short. Please write at least %(num)s character.",
                "This is too short. Please write at least %(num)s characters.",
                least,
            )
        )
