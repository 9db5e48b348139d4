"""What people eat, and what the kitchen has to know."""

from eventsvc.questions.models import Kind
from eventsvc.questions.ready.shape import A_WEEK, Ready, text

_PURPOSE = text(
    "To order food that you can eat.",
    "Para pedir comida que pueda comer.",
    "Para pedir comida que você possa comer.",
    "Pour commander des repas que vous pouvez manger.",
)

SET = (
    Ready(
        "diet",
        Kind.SEVERAL_OF,
        text(
            "What should your food be like?",
            "¿Cómo debe ser su comida?",
            "Como deve ser a sua comida?",
            "Comment doivent être vos repas\u00a0?",
        ),
        _PURPOSE,
        help=text(
            "Choose nothing if you eat everything.",
            "No elija nada si come de todo.",
            "Não escolha nada se você come de tudo.",
            "Ne choisissez rien si vous mangez de tout.",
        ),
        options={
            "vegetarian": text("Vegetarian", "Vegetariana", "Vegetariana", "Végétariens"),
            "vegan": text("Vegan", "Vegana", "Vegana", "Véganes"),
            "halal": text("Halal", "Halal", "Halal", "Halal"),
            "kosher": text("Kosher", "Kosher", "Kosher", "Casher"),
            "gluten-free": text("Without gluten", "Sin gluten", "Sem glúten", "Sans gluten"),
            "lactose-free": text("Without lactose", "Sin lactosa", "Sem lactose", "Sans lactose"),
            "other": text(
                "Other, or an allergy", "Otra, o tengo una alergia", "Outra, ou tenho uma alergia", "Autre, ou allergie"
            ),
        },
        retention_days=A_WEEK,
    ),
    Ready(
        "diet-details",
        Kind.LONG_TEXT,
        text(
            "What does the kitchen have to know?",
            "¿Qué debe saber la cocina?",
            "O que a cozinha precisa saber?",
            "Que doit savoir la cuisine\u00a0?",
        ),
        _PURPOSE,
        help=text("Allergies first.", "Primero las alergias.", "Primeiro as alergias.", "Les allergies d’abord."),
        required=True,
        most=500,
        after=("diet", ("other",)),
        retention_days=A_WEEK,
    ),
)
