"""The questions of an event in its file: taken in, brought into line, and written down again.

A file words a question anew, as an organizer would; it cannot withdraw one.
"""

from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from datetime import date
from typing import Any

import sqlalchemy as sa

from eventsvc.db import LanguageMap, db
from eventsvc.events import file_export
from eventsvc.events.editing import touch
from eventsvc.events.file_questions import QuestionEntry
from eventsvc.events.file_shape import EventEntry, wrong
from eventsvc.events.models import Event
from eventsvc.i18n import LANGUAGES, _
from eventsvc.questions import editing
from eventsvc.questions.arrangement import Unfit
from eventsvc.questions.editing import Count
from eventsvc.questions.models import Kind, OptionLimit, Question, Version
from eventsvc.questions.wordings import Choice, Wording

TEXTS = ("label", "help", "purpose")


def take_in(path: str, event: Event, entry: EventEntry, *, count: Count | None = None) -> frozenset[str]:
    """The questions of an entry, in the caller's transaction, which holds the event; the names of what changed.

    A file without questions leaves those there are. `count`: see `editing.change`. Raises BadFile.
    """
    known = {question.slug: question for question in editing.every(event)}
    if entry.question:
        _refuse_missing(path, entry, known)
    changed = False
    for number, asked in enumerate(entry.question, 1):
        try:
            changed |= _take(f"{path}.question[{number}]", event, asked, known, count)
        except Unfit as unfit:
            raise wrong(f"{path}.question[{number}]", unfit.message) from None
    changed |= _arrange(event, [known[asked.slug] for asked in entry.question])
    return frozenset({"questions"}) if changed else frozenset()


def _refuse_missing(path: str, entry: EventEntry, known: Mapping[str, Question]) -> None:
    said = {asked.slug for asked in entry.question}
    for slug, question in known.items():
        if question.asked and slug not in said:
            sentence = _("the event asks %(slug)s, which is not in the file; a file cannot withdraw it", slug=slug)
            raise wrong(f"{path}.question", sentence)


def _take(path: str, event: Event, asked: QuestionEntry, known: dict[str, Question], count: Count | None) -> bool:
    question, days = known.get(asked.slug), asked.retention_days
    wording = _wording(asked, known, question)
    if question is None:
        known[asked.slug] = editing.add(event, Kind(asked.kind), wording, retention_days=days, slug=asked.slug)
        return True
    if editing.current(question).kind != asked.kind:
        raise wrong(f"{path}.kind", _("a question keeps its kind; ask a new one"))
    changed = editing.change(event, question, wording, retention_days=days, count=count)
    if not question.asked:
        editing.bring_back(event, question)
        changed = True
    _refuse_other_slugs(path, asked, editing.current(question))
    return changed


def _wording(asked: QuestionEntry, known: Mapping[str, Question], question: Question | None) -> Wording:
    """A new option of a known question gets its slug from its label."""
    there = {option["slug"] for option in editing.current(question).options} if question else None
    condition = asked.depends_on
    bounds = {"least": _plain(asked.least), "most": _plain(asked.most), "decimals": asked.decimals or None}
    return Wording(
        label=asked.label,
        help=asked.help,
        purpose=asked.purpose,
        required=asked.required,
        choices=tuple(
            Choice(option.label, option.slug if there is None or option.slug in there else "", option.capacity)
            for option in asked.option
        ),
        limits=bounds,
        ticket_types=tuple(asked.ticket_types),
        depends_on_id=known[condition.question].id if condition else None,
        depends_on_options=tuple(condition.options) if condition else (),
    )


def _plain(bound: object) -> object:
    """As JSON has it."""
    return bound.isoformat() if isinstance(bound, date) else bound


def _refuse_other_slugs(path: str, asked: QuestionEntry, version: Version) -> None:
    pairs = zip(asked.option, version.options, strict=True)
    for number, (said, made) in enumerate(pairs, 1):
        if said.slug != made["slug"]:
            sentence = _("a new option is called after its label; write %(slug)s", slug=made["slug"])
            raise wrong(f"{path}.option[{number}].slug", sentence)


def _arrange(event: Event, wanted: Sequence[Question]) -> bool:
    """The order of the file; what is asked no more stays behind the others. The file was checked: conditions look back."""
    every = editing.every(event)
    if [question for question in every if question in wanted] == list(wanted):
        return False
    rest = [question for question in every if question not in wanted]
    for position, question in enumerate([*wanted, *rest]):
        question.position = position
    db.session.flush()
    touch(event)
    return True


def export_event(slug: str) -> str:
    """The whole event as TOML, its questions too. Raises NotFound."""
    return file_export.export_event(slug, told)


def told(event: Event) -> dict[str, Any]:
    """The questions that are asked, as the file has them."""
    sizes = _sizes(event)
    every = editing.every(event)
    slugs = {question.id: question.slug for question in every}
    known = {*event.languages, *LANGUAGES}
    return {"question": [_told(question, slugs, sizes, known) for question in every if question.asked]}


def _told(
    question: Question, slugs: Mapping[int, str], sizes: Mapping[tuple[int, str], int], languages: AbstractSet[str]
) -> dict[str, Any]:
    def said(texts: LanguageMap) -> LanguageMap:
        return {tag: text for tag, text in texts.items() if tag in languages}

    version = editing.current(question)
    earlier = version.depends_on_id
    return {
        "slug": question.slug,
        "kind": version.kind,
        **{name: said(getattr(version, name)) for name in TEXTS},
        "required": version.required or None,
        **{name: _bound(version, name) for name in ("least", "most")},
        "decimals": version.limits.get("decimals") or None,
        "ticket_types": version.ticket_types,
        "depends_on": {"question": slugs[earlier], "options": version.depends_on_options} if earlier else None,
        "retention_days": question.retention_days,
        "option": [
            {
                "slug": option["slug"],
                "label": said(option["label"]),
                "capacity": sizes.get((question.id, option["slug"])),
            }
            for option in version.options
        ],
    }


def _bound(version: Version, name: str) -> Any:
    value = version.limits.get(name)
    return date.fromisoformat(value) if version.kind == Kind.DATE and value else value


def _sizes(event: Event) -> dict[tuple[int, str], int]:
    rows = sa.select(OptionLimit.question_id, OptionLimit.option, OptionLimit.size)
    found = db.session.execute(rows.where(OptionLimit.event_id == event.id))
    return {(question, option): size for question, option, size in found}
