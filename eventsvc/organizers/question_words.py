"""What the back office calls kinds of questions and ready-made sets, and how it says when a question is asked."""

from collections.abc import Mapping, Sequence

from eventsvc.events.models import Event
from eventsvc.i18n import LazyText, _, joined, language, language_name, pick
from eventsvc.i18n import lazy_gettext as _l
from eventsvc.questions import editing, gaps
from eventsvc.questions.kinds import KINDS
from eventsvc.questions.models import Kind, Question, Version

KIND_NAMES: dict[Kind, tuple[LazyText, LazyText]] = {
    Kind.SHORT_TEXT: (_l("Short text"), _l("One line, such as the name of an organization.")),
    Kind.LONG_TEXT: (_l("Long text"), _l("Several lines.")),
    Kind.ONE_OF: (_l("One of several options"), _l("Each option may have a limit, such as 20 places in a workshop.")),
    Kind.SEVERAL_OF: (_l("Any of several options"), _l("Each option may have a limit here too.")),
    Kind.YES_NO: (_l("Yes or no"), _l("Other questions may depend on the answer.")),
    Kind.NUMBER: (_l("Number"), _l("A number, between limits if you set any.")),
    Kind.DATE: (_l("Date"), _l("A day, such as that of arrival.")),
    Kind.COUNTRY: (_l("Country"), _l("One of all countries, named in the reader’s language.")),
    Kind.LANGUAGE: (_l("Language"), _l("One of all languages, named in the reader’s language.")),
    Kind.CONSENT: (_l("Consent"), _l("A box to tick, such as to agree to being photographed.")),
}

SET_NAMES: dict[str, tuple[LazyText, LazyText]] = {
    "languages": (
        _l("Languages and interpretation"),
        _l("In which languages people listen and speak, sign language, captions."),
    ),
    "access": (_l("Access needs"), _l("A way without steps, a seat near the front, a companion, child care.")),
    "diet": (_l("Food"), _l("How people eat, and allergies.")),
    "organization": (_l("Organization"), _l("For which organization people come, and their role there.")),
    "press": (_l("Press"), _l("Medium, accreditation, and consent to be written to about an embargo.")),
}


def kind_name(kind: str) -> str:
    """What questions of this kind are called."""
    return str(KIND_NAMES[Kind(kind)][0])


def label(version: Version, event: Event) -> str:
    """The question, in the language being spoken if it has it."""
    return pick(version.label, language(), event.languages)[0]


def answer_names(version: Version) -> dict[str, str]:
    """What can be chosen there, by slug."""
    return {option.slug: option.label for option in KINDS[Kind(version.kind)].options(version, language())}


def condition(version: Version, questions: Mapping[int, Question], event: Event) -> str:
    """When it is asked, in a sentence; empty where it always is."""
    earlier = questions.get(version.depends_on_id or 0)
    if earlier is None:
        return ""
    names = answer_names(editing.current(earlier))
    chosen = [_("“%(answer)s”", answer=names.get(slug, slug)) for slug in version.depends_on_options]
    question = label(editing.current(earlier), event)
    return _("Asked if the answer to “%(question)s” is %(answers)s", question=question, answers=alternatives(chosen))


def alternatives(parts: Sequence[str]) -> str:
    """ "a or b"."""
    if len(parts) < 2:
        return "".join(parts)
    return _("%(first)s or %(last)s", first=", ".join(parts[:-1]), last=parts[-1])


def missing_languages(version: Version, event: Event) -> str:
    """The languages in which texts of this question are missing, in words."""
    tags = dict.fromkeys(tag for tag, _text in gaps.lacking(version, event.languages))
    return joined([language_name(tag) for tag in tags])
