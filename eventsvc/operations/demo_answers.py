"""What the made-up people of the demonstration answer: always the same, and whatever a question may be answered with."""

from collections.abc import Collection, Mapping, Sequence

from eventsvc.db import LanguageMap
from eventsvc.questions.answered import Answered
from eventsvc.questions.asked import Asked
from eventsvc.questions.conditions import shown
from eventsvc.questions.kinds import kind_of
from eventsvc.questions.models import Kind

WRITTEN: Mapping[str, Sequence[LanguageMap]] = {
    "wishes": (
        {"es": "Cómo hacer una buena entrevista.", "en": "How to do a good interview."},
        {"es": "Quiero perder el miedo al micrófono.", "en": "I want to lose my fear of the microphone."},
        {
            "es": "Cortar y limpiar el sonido con programas libres.",
            "en": "Cutting and cleaning sound with free programs.",
        },
    ),
    "organization": (
        {"es": "Red de Mujeres del Altiplano", "en": "Highlands Women’s Network"},
        {"es": "Radio La Milpa", "en": "Radio La Milpa"},
    ),
    "role": ({"es": "Coordinadora", "en": "Coordinator"}, {"es": "Voluntario", "en": "Volunteer"}),
    "which-sign-language": ({"es": "LENSEGUA", "en": "ASL"},),
    "child-care-details": ({"es": "Una niña de cuatro años", "en": "A girl of four"},),
    "access-details": ({"es": "Necesito sentarme cerca de la puerta.", "en": "I need a seat near the door."},),
    "diet-details": ({"es": "Soy alérgica al maní.", "en": "I am allergic to peanuts."},),
    "medium": ({"es": "Prensa Comunitaria", "en": "Border Radio"}, {"es": "Por mi cuenta", "en": "Freelance"}),
    "accreditation-details": ({"es": "https://press.example.org/42", "en": "https://press.example.org/42"},),
}
SOMETHING: LanguageMap = {"es": "Nada más, gracias.", "en": "Nothing else, thank you."}
COUNTRIES = ("GT", "MX", "SV", "HN", "US")
LANGUAGES = ("quc", "mam", "kek", "fr")


def answers_of(
    number: int, ticket_type: str, language: str, asked: Sequence[Asked], full: Collection[int]
) -> tuple[Answered, ...]:
    """Of the person with this number. A limited option that is full is not chosen; some leave out what they may."""
    chosen: dict[int, tuple[str, ...]] = {}
    given = []
    for question in asked:
        if question not in shown(asked, ticket_type, chosen):
            continue
        value = kind_of(question).answer(_typed(number, question, language, full), question)
        if value is not None:
            chosen[question.question_id] = slugs = kind_of(question).chosen(value)
            limits = tuple(question.option_limits[slug] for slug in slugs if slug in question.option_limits)
            given.append(Answered(question.question_id, question.version_id, value, limits))
    return tuple(given)


def _typed(number: int, question: Asked, language: str, full: Collection[int]) -> list[str]:
    turn = number + len(question.slug)  # else everybody would take the first of everything
    if not question.required and turn % 3 == 0:
        return []
    if question.kind in {Kind.ONE_OF, Kind.SEVERAL_OF}:
        slugs = [option["slug"] for option in question.options]
        free = [slug for slug in slugs if question.option_limits.get(slug) not in full]
        return [free[turn % len(free)]] if free else []
    if question.kind in {Kind.NUMBER, Kind.DATE}:
        bounds = [str(question.limits[name]) for name in ("least", "most") if name in question.limits]
        return [bounds[turn % len(bounds)]] if bounds else []
    if question.kind in {Kind.COUNTRY, Kind.LANGUAGE}:
        codes = COUNTRIES if question.kind == Kind.COUNTRY else LANGUAGES
        return [codes[turn % len(codes)]]
    if question.kind in {Kind.YES_NO, Kind.CONSENT}:
        return ["yes" if question.kind == Kind.CONSENT or turn % 4 == 0 else "no"]
    texts = WRITTEN.get(question.slug, (SOMETHING,))
    return [texts[turn % len(texts)][language]]
