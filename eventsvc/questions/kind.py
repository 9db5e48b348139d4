"""What every kind of question can do; each kind says what it does otherwise.

What was typed is a list of texts, as a form sends it: nothing, one, or several. A value is what is stored (JSON). `typed`
turns one into the other, and `read` back.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, ClassVar, NamedTuple, Protocol

from wtforms.fields.core import UnboundField

from eventsvc.i18n import language as spoken
from eventsvc.i18n import lazy_gettext as _l
from eventsvc.i18n import pick
from eventsvc.questions.field import Mistake, QuestionField


class Worded(Protocol):
    """What a kind needs to know of a question: an `Asked` has it, and so has a `Version`."""

    @property
    def kind(self) -> str: ...
    @property
    def label(self) -> Mapping[str, str]: ...
    @property
    def required(self) -> bool: ...
    @property
    def options(self) -> Sequence[Mapping[str, Any]]: ...
    @property
    def limits(self) -> Mapping[str, Any]: ...


class Option(NamedTuple):
    """Something to choose: its slug, its label, and the language that the label is in."""

    slug: str
    label: str
    language: str


class QuestionKind:
    """The base of all kinds, which takes one text."""

    look: ClassVar[str] = "line"
    """How it is drawn: `line`, `text`, `number`, `date`, `select`, `radios`, `boxes` or `box`."""
    unanswered: ClassVar[Any] = _l("Please answer this question.")

    def look_of(self, wording: Worded) -> str:
        return self.look

    def field(self, wording: Worded, value: Any = None) -> "UnboundField[QuestionField]":
        """An unbound field, filled in with a value that was given earlier, as far as that fits this wording."""
        label = pick(wording.label, spoken())[0]
        listed = self.look_of(wording) in {"radios", "boxes"}
        return QuestionField(label, of_options=listed, default=self.typed(value))  # type: ignore[return-value]  # without a form it makes an UnboundField

    def answer(self, typed: Sequence[str], wording: Worded) -> Any:
        """The value of what was typed, or None where nothing was. Raises Mistake, also where an answer is required."""
        value = self.read(typed, wording)
        if value is None and wording.required:
            raise Mistake(str(self.unanswered))
        return value

    def read(self, typed: Sequence[str], wording: Worded) -> Any:
        """The same, with nobody being required to answer."""
        raise NotImplementedError

    def typed(self, value: Any) -> list[str]:
        """What one would have typed for this value; nothing for a value of another kind."""
        return [value] if isinstance(value, str) else []

    def marked(self, typed: Sequence[str], wording: Worded) -> tuple[str, ...]:
        """The options that were chosen, whatever else is right or wrong: by them it is decided what is asked further."""
        sent = set(typed)
        return tuple(slug for slug in self.slugs(wording) if slug in sent)

    def slugs(self, wording: Worded) -> Iterable[str]:
        """What there is to choose from."""
        return ()

    def options(self, wording: Worded, language: str) -> Sequence[Option]:
        """The same with its labels, in the order in which it is shown to who reads this language."""
        return ()

    def chosen(self, value: Any) -> tuple[str, ...]:
        """The slugs of the options in a value."""
        return ()

    def said(self, value: Any, wording: Worded, language: str) -> str:
        """A value for people, as plain text in their language."""
        return str(value)

    def said_option(self, slug: str, wording: Worded, language: str) -> str:
        """The label of an option; the slug where there is no such option any more."""
        return next((each.label for each in self.options(wording, language) if each.slug == slug), slug)

    def plain(self, value: Any) -> str:
        """A value for a table that other programs read, the same in every language."""
        return str(value)
