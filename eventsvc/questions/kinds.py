"""Every kind of question there is; what each does stands in its class."""

from eventsvc.questions.choosing import Consent, OneOf, SeveralOf, YesNo
from eventsvc.questions.figures import Date, Number
from eventsvc.questions.kind import QuestionKind, Worded
from eventsvc.questions.models import Kind
from eventsvc.questions.texts import LongText, ShortText
from eventsvc.questions.world import Country, Language

KINDS: dict[str, QuestionKind] = {
    Kind.SHORT_TEXT: ShortText(),
    Kind.LONG_TEXT: LongText(),
    Kind.ONE_OF: OneOf(),
    Kind.SEVERAL_OF: SeveralOf(),
    Kind.YES_NO: YesNo(),
    Kind.NUMBER: Number(),
    Kind.DATE: Date(),
    Kind.COUNTRY: Country(),
    Kind.LANGUAGE: Language(),
    Kind.CONSENT: Consent(),
}


def kind_of(wording: Worded) -> QuestionKind:
    """What kind of question it is, in this wording."""
    return KINDS[wording.kind]


def said(value: object, wording: Worded, language: str) -> str:
    """An answer for people, as plain text in their language."""
    return kind_of(wording).said(value, wording, language)


def plain(value: object, wording: Worded) -> str:
    """An answer for a table that other programs read."""
    return kind_of(wording).plain(value)
