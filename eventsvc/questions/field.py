"""The field of a question on a form: it keeps what was typed as it was typed, also where that is no answer."""

from typing import Any, Self

from wtforms import Field

from eventsvc.i18n import _


class Mistake(ValueError):
    """What was typed is no answer to the question; the message is one sentence for who typed it."""


class AtQuestion(str):  # noqa: SLOT000 - one attribute more is what it is for
    """A sentence at a question; far from it, in the summary of errors, it says which question and whose."""

    in_summary: str

    def __new__(cls, sentence: str, in_summary: str) -> Self:
        """The sentence itself is the text."""
        made = super().__new__(cls, sentence)
        made.in_summary = in_summary
        return made


class QuestionField(Field):
    """One question. `typed` is what was sent, or what stands there beforehand: texts, slugs, codes; never a value."""

    typed: list[str]

    def __init__(self, label: str = "", *, of_options: bool = False, **values: Any) -> None:
        super().__init__(label, **values)
        # The summary of errors finds the first option of a question by the type of its field.
        self.type = "RadioField" if of_options else "StringField"

    def process_data(self, value: Any) -> None:
        self.data = self.typed = list(value or ())

    def process_formdata(self, valuelist: list[Any]) -> None:
        self.data = self.typed = [str(value) for value in valuelist]

    def refuse(self, sentence: str, who: str = "") -> None:
        """Say at the field what is wrong. `who` names the person where the form is for several."""
        named = f"{self.label.text[:80]}…" if len(self.label.text) > 81 else self.label.text
        text = _("“%(question)s”: %(mistake)s", question=named, mistake=sentence)
        self.errors = [*self.errors, AtQuestion(sentence, f"{who}, {text}" if who else text)]
