"""The form a letter is written with: subject and text in each language, and with whom to try it out."""

from collections.abc import Sequence
from typing import Any

from flask_wtf import FlaskForm
from wtforms import Field, HiddenField, StringField, TextAreaField
from wtforms.validators import Length, Optional

from eventsvc.i18n import _, joined
from eventsvc.i18n import lazy_gettext as _l
from eventsvc.letters.editable import LETTERS
from eventsvc.letters.editing import LONGEST_SUBJECT, LONGEST_TEXT
from eventsvc.letters.placeholders import LoneBrace, UnknownPlaceholder, check
from eventsvc.letters.wording import Wording, Wordings
from eventsvc.organizers.fields import SelectField, choices, clean_text
from eventsvc.organizers.wall_clock import refuse
from eventsvc.registration.forms import clean_line


class LetterForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF is published without types
    """Everything but the fields of each language, which `letter_form` adds."""

    person = SelectField(_l("As this person would get it"))
    seen = HiddenField()  # what the words were when the form was opened

    letter: str
    tags: Sequence[str]

    @property
    def typed(self) -> Wordings:
        """The words as they stand in the form, by letter and language."""
        pairs = {
            (self.letter, tag): Wording(self[f"subject_{tag}"].data or "", self[f"text_{tag}"].data or "")
            for tag in self.tags
        }
        return {key: wording for key, wording in pairs.items() if wording != Wording()}

    def is_right(self) -> bool:
        """Can it be saved? Says beside the field where it cannot."""
        right = bool(self.validate())
        fields = [self[f"{part}_{tag}"] for tag in self.tags for part in ("subject", "text")]
        wrong = [field for field in fields if not _placeholders_are_right(field, self.letter)]
        return right and not wrong


def letter_form(letter: str, tags: Sequence[str], people: Sequence[tuple[str, str]]) -> type[LetterForm]:
    """The form for this letter in these languages; `people` are those it can be tried out with."""
    fields: dict[str, Any] = {"letter": letter, "tags": tags}
    for tag in tags:
        fields[f"subject_{tag}"] = StringField(
            _l("Subject"), [Optional(), _most(LONGEST_SUBJECT)], filters=[clean_line]
        )
        fields[f"text_{tag}"] = TextAreaField(_l("Text"), [Optional(), _most(LONGEST_TEXT)], filters=[clean_text])
    fields["person"] = SelectField(
        _l("As this person would get it"), choices=choices(people), default=people[0][0], filters=[_or(people[0][0])]
    )
    return type("FormOfLetter", (LetterForm,), fields)


def _or(first: str) -> Any:
    return lambda value: value or first


def _most(length: int) -> Length:
    return Length(max=length, message=_l("This text is too long: at most %(max)d characters."))


def _placeholders_are_right(field: Field, letter: str) -> bool:
    allowed = LETTERS[letter].placeholders
    try:
        check(field.data or "", allowed)
    except UnknownPlaceholder as wrong:
        return refuse(field, _unknown(wrong.found, allowed))
    except LoneBrace:
        return refuse(field, _("A brace, { or }, stands alone. Braces are for placeholders, such as {title}."))
    return True


def _unknown(found: str, allowed: Sequence[str]) -> str:
    if found.lower() == "name" and "name" not in allowed:
        return _(
            "{name} cannot stand in this letter: it may be the first one to an address that somebody mistyped, or typed "
            "to bother a stranger. You can use: %(names)s",
            names=_listed(allowed),
        )
    shown = f"{{{found[:40]}}}"
    return _("There is no placeholder %(found)s here. You can use: %(names)s", found=shown, names=_listed(allowed))


def _listed(names: Sequence[str]) -> str:
    return joined([f"{{{name}}}" for name in names])
