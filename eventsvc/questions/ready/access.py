"""What people need to be able to come."""

from eventsvc.questions.models import Kind
from eventsvc.questions.ready.shape import A_WEEK, Ready, text

_PURPOSE = text(
    "To prepare the place and the help that you need.",
    "Para preparar el lugar y la ayuda que necesite.",
    "Para preparar o local e a ajuda de que você precisa.",
    "Pour préparer le lieu et l’aide dont vous avez besoin.",
)

SET = (
    Ready(
        "access-needs",
        Kind.SEVERAL_OF,
        text(
            "What do you need to be able to take part?",
            "¿Qué necesita para poder participar?",
            "De que você precisa para poder participar?",
            "De quoi avez-vous besoin pour pouvoir participer\u00a0?",
        ),
        _PURPOSE,
        options={
            "step-free": text(
                "A way without steps, such as for a wheelchair",
                "Un acceso sin escalones, por ejemplo para silla de ruedas",
                "Um acesso sem degraus, por exemplo para cadeira de rodas",
                "Un accès sans marches, par exemple pour un fauteuil roulant",
            ),
            "front-seat": text(
                "A seat near the front",
                "Un asiento cerca del frente",
                "Um assento perto da frente",
                "Une place assise près de l’avant",
            ),
            "companion": text(
                "A seat for somebody who assists me",
                "Un asiento para quien me asiste",
                "Um assento para quem me acompanha e ajuda",
                "Une place pour la personne qui m’assiste",
            ),
            "child-care": text("Child care", "Cuidado infantil", "Cuidado de crianças", "Une garde d’enfants"),
            "quiet-room": text(
                "A quiet room to rest in",
                "Una sala tranquila para descansar",
                "Uma sala tranquila para descansar",
                "Une salle calme pour se reposer",
            ),
            "other": text("Something else", "Otra cosa", "Outra coisa", "Autre chose"),
        },
        retention_days=A_WEEK,
    ),
    Ready(
        "child-care-details",
        Kind.SHORT_TEXT,
        text(
            "How many children, and how old are they?",
            "¿Cuántos niños o niñas y de qué edad?",
            "Quantas crianças e de que idade?",
            "Combien d’enfants, et de quel âge\u00a0?",
        ),
        _PURPOSE,
        required=True,
        most=200,
        after=("access-needs", ("child-care",)),
        retention_days=A_WEEK,
    ),
    Ready(
        "access-details",
        Kind.LONG_TEXT,
        text(
            "What else do you need?",
            "¿Qué otra cosa necesita?",
            "De que mais você precisa?",
            "De quoi d’autre avez-vous besoin\u00a0?",
        ),
        _PURPOSE,
        required=True,
        most=1000,
        after=("access-needs", ("other",)),
        retention_days=A_WEEK,
    ),
)
