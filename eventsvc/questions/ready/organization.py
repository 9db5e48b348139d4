"""For whom people come."""

from eventsvc.questions.models import Kind
from eventsvc.questions.ready.shape import Ready, text

_PURPOSE = text(
    "To know which organizations are in the room.",
    "Para saber qué organizaciones participan.",
    "Para saber que organizações participam.",
    "Pour savoir quelles organisations participent.",
)

SET = (
    Ready(
        "organization",
        Kind.SHORT_TEXT,
        text("Your organization", "Su organización", "A sua organização", "Votre organisation"),
        _PURPOSE,
        help=text(
            "If you come for one.",
            "Si viene en nombre de una.",
            "Se você vem em nome de uma.",
            "Si vous venez au nom d’une organisation.",
        ),
        most=200,
    ),
    Ready(
        "role",
        Kind.SHORT_TEXT,
        text("Your role there", "Su función en ella", "A sua função nela", "Votre fonction dans celle-ci"),
        _PURPOSE,
        most=200,
    ),
)
