"""Between the form of a question and its wording: what is stored stands in the form, and what was typed becomes a wording."""

import hashlib
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from eventsvc.db import LanguageMap
from eventsvc.events.models import Event
from eventsvc.organizers.question_fields import QuestionForm
from eventsvc.questions import editing
from eventsvc.questions.models import Kind, Question, Version
from eventsvc.questions.wordings import Choice, Wording

TEXTS = ("label", "help", "purpose")


def shown(event: Event, question: Question, sizes: Mapping[str, int]) -> dict[str, Any]:
    """What stands in the form when a question is opened; `sizes` are the limits of its options by slug."""
    version = editing.current(question)
    rows: dict[str, Any] = {}
    for row, option in enumerate(version.options):
        rows |= {f"option_{row}_{tag}": option["label"].get(tag, "") for tag in event.languages}
        rows |= {f"option_{row}_slug": option["slug"], f"option_{row}_size": sizes.get(option["slug"])}
    return {
        **{f"{name}_{tag}": getattr(version, name).get(tag, "") for name in TEXTS for tag in event.languages},
        **rows,
        **{name: _limit_shown(version, name) for name in ("least", "most")},
        "required": version.required,
        "condition": [f"{version.depends_on_id}:{slug}" for slug in version.depends_on_options],
        "ticket_types": version.ticket_types,
        "retention_days": None if question.retention_days is None else editing.kept_days(question, event),
        "seen": state_of(question, sizes),
    }


def _limit_shown(version: Version, name: str) -> Any:
    value = version.limits.get(name)
    return date.fromisoformat(value) if version.kind == Kind.DATE and value else value


def state_of(question: Question, sizes: Mapping[str, int]) -> str:
    """A print of all that the form holds: another one says that somebody else saved the question in the meantime."""
    version = editing.current(question)
    columns = [getattr(version, column.key) for column in sorted(Version.__table__.c, key=lambda column: column.key)]
    whole = repr((columns, question.retention_days, sorted(sizes.items())))
    return hashlib.sha256(whole.encode()).hexdigest()[:16]


def typed(form: QuestionForm, event: Event, version: Version | None) -> Wording:
    """What was typed. Texts in languages that the event does not have stay as they were."""
    before = {name: getattr(version, name) if version else {} for name in TEXTS}
    texts = {name: _map(form, f"{name}_", before[name], event.languages) for name in TEXTS}
    depends_on, options = chosen_condition(form.condition.data or ())
    return Wording(
        **texts,
        required=form.required.data,
        choices=tuple(_choices(form, event, version)),
        limits={name: _limit_typed(form[name].data) for name in ("least", "most") if name in form},
        ticket_types=tuple(form.ticket_types.data or ()) if "ticket_types" in form else (),
        depends_on_id=depends_on,
        depends_on_options=options,
    )


def _map(form: QuestionForm, prefix: str, before: LanguageMap, languages: Sequence[str]) -> LanguageMap:
    kept = {tag: text for tag, text in before.items() if tag not in languages}
    return kept | {tag: form[prefix + tag].data for tag in languages if form[prefix + tag].data}


def _choices(form: QuestionForm, event: Event, version: Version | None) -> list[Choice]:
    labels = {option["slug"]: option["label"] for option in version.options} if version else {}
    found = []
    for row in range(len([name for name in form.data if name.startswith("option_") and name.endswith("_slug")])):
        slug = form[f"option_{row}_slug"].data or ""
        if any(form[f"option_{row}_{tag}"].data for tag in event.languages):
            label = _map(form, f"option_{row}_", labels.get(slug, {}), event.languages)
            found.append(Choice(label, slug, form[f"option_{row}_size"].data))
    return found


def _limit_typed(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value


def chosen_condition(values: Sequence[str]) -> tuple[int | None, tuple[str, ...]]:
    """The question and its options; the values were chosen from those offered, of one question only."""
    pairs = [value.split(":", 1) for value in values]
    return (int(pairs[0][0]), tuple(slug for _question, slug in pairs)) if pairs else (None, ())
