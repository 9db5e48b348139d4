"""The letters of an event: which there are, and in which languages they have words of the organizers' own."""

from collections.abc import Sequence
from hashlib import sha256
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from eventsvc.accounts.access import EDITORS, members
from eventsvc.db import attempt, db, transaction
from eventsvc.errors import NotFound
from eventsvc.events.models import Event
from eventsvc.i18n import _, joined, language_name
from eventsvc.languages import LANGUAGES
from eventsvc.letters import editing, wording
from eventsvc.letters.editable import LETTERS
from eventsvc.letters.wording import Wording
from eventsvc.mail.letters import usual_words
from eventsvc.organizers import letter_readers
from eventsvc.organizers.gate import bp, hold
from eventsvc.organizers.letter_form import LetterForm, letter_form
from eventsvc.organizers.letter_names import MEANINGS, TRIGGERS


class ChangedMeanwhile(Exception):
    """Somebody else saved the letter after this form was opened."""


@bp.get("/events/<event>/letters")
@members(EDITORS)
def letters(event: Event) -> str:
    tags = slots(event)
    own = wording.wordings(event)
    rows = [
        (letter, TRIGGERS[letter], joined([language_name(tag) for tag in tags if (letter, tag) in own]))
        for letter in LETTERS
    ]
    return render_template("organizers/letters.html", event=event, rows=rows)


@bp.get("/events/<event>/letters/<letter>")
@members(EDITORS)
def letter(event: Event, letter: str) -> str:
    return page(event, form_of(event, letter, saved=True))


@bp.post("/events/<event>/letters/<letter>")
@members(EDITORS)
def save_letter(event: Event, letter: str) -> ResponseReturnValue:
    form = form_of(event, letter)
    if not form.is_right():
        return page(event, form), 422
    typed = form.typed
    words = {tag: typed.get((letter, tag), Wording()) for tag in form.tags}
    try:
        attempt(lambda: _save(event, letter, words, form.seen.data))
    except ChangedMeanwhile:
        db.session.refresh(event)
        form.seen.data = _state(event, letter)
        return page(event, form, is_stale=True), 409
    flash(_("Saved. The letters that are sent from now on have these words."))
    return redirect(url_for("organizers.letter", event=event.slug, letter=letter), 303)


@bp.post("/events/<event>/letters/<letter>/usual-words")
@members(EDITORS)
def use_usual_words(event: Event, letter: str) -> ResponseReturnValue:
    tag = request.form.get("language", "")
    if letter not in LETTERS or tag not in slots(event):
        raise NotFound
    attempt(lambda: _save(event, letter, {tag: Wording()}))
    flash(_("In %(language)s the letter has its usual words again.", language=language_name(tag)))
    return redirect(url_for("organizers.letter", event=event.slug, letter=letter), 303)


def _save(event: Event, letter: str, words: dict[str, Wording], seen: str | None = None) -> None:
    with transaction():
        hold(event)
        if seen is not None and seen != _state(event, letter):
            raise ChangedMeanwhile
        for tag, each in words.items():
            editing.write(event, letter, tag, each)


def _state(event: Event, letter: str) -> str:
    """A mark of the words as they are saved; empty where there are none."""
    own = sorted((tag, *each) for (name, tag), each in wording.wordings(event).items() if name == letter)
    return sha256(repr(own).encode()).hexdigest()[:16] if own else ""


def form_of(event: Event, letter: str, *, saved: bool = False) -> LetterForm:
    """The form as it was sent, or with the words as they are saved. Raises NotFound."""
    if letter not in LETTERS:
        raise NotFound
    tags = slots(event)
    fields = letter_form(letter, tags, letter_readers.offered(event, tags))
    return fields(data=_stored(event, letter, tags) | {"seen": _state(event, letter)}) if saved else fields()


def slots(event: Event) -> list[str]:
    """The languages in which the letters of this event can have words."""
    there = [tag for _letter, tag in wording.wordings(event)]
    return list(dict.fromkeys([*wording.slots(event, letter_readers.languages_read(event)), *there]))


def _stored(event: Event, letter: str, tags: Sequence[str]) -> dict[str, str]:
    own = wording.wordings(event)
    found = {tag: own.get((letter, tag), Wording()) for tag in tags}
    return {f"{part}_{tag}": getattr(each, part) for tag, each in found.items() for part in ("subject", "text")}


def page(event: Event, form: LetterForm, **more: Any) -> str:
    """The letter with its form, and whatever came of trying it out."""
    letter, own = form.letter, wording.wordings(event)
    return render_template(
        "organizers/letter.html",
        event=event,
        letter=letter,
        form=form,
        heading=TRIGGERS[letter],
        usual={tag: _usual(event, letter, tag) for tag in form.tags},
        own={tag for tag in form.tags if (letter, tag) in own},
        elsewhere={tag for tag in form.tags if tag not in LANGUAGES},
        placeholders=[(f"{{{name}}}", MEANINGS[name]) for name in LETTERS[letter].placeholders],
        longest=(editing.LONGEST_SUBJECT, editing.LONGEST_TEXT),
        most=letter_readers.MOST,
        **more,
    )


def _usual(event: Event, letter: str, tag: str) -> tuple[str, str]:
    """Subject and first words as they are without words of one's own."""
    spoken = tag if tag in LANGUAGES else letter_readers.event_language(event)
    tried = letter_readers.made_up(event, letter, spoken)
    return usual_words(letter, spoken, **tried.facts(event, letter))
