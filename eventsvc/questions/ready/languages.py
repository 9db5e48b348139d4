"""Who listens and speaks in which language, and what interpretation is needed."""

from eventsvc.questions.models import Kind
from eventsvc.questions.ready.shape import A_WEEK, Ready, text

_INTERPRETATION = text(
    "To know which interpretation is needed.",
    "Para saber qué interpretación hace falta.",
    "Para saber que interpretação é necessária.",
    "Pour savoir quelle interprétation il faut prévoir.",
)
_OTHER = text("Another language", "Otro idioma", "Outra língua", "Une autre langue")
_ALL_CAN_FOLLOW = text(
    "To make sure that you can follow the event.",
    "Para que pueda seguir el evento.",
    "Para que você possa acompanhar o evento.",
    "Pour que vous puissiez suivre l’événement.",
)

SET = (
    Ready(
        "listens-in",
        Kind.SEVERAL_OF,
        text(
            "In which languages can you listen?",
            "¿En qué idiomas puede escuchar?",
            "Em que línguas você consegue ouvir?",
            "Dans quelles langues pouvez-vous écouter\u00a0?",
        ),
        _INTERPRETATION,
        help=text(
            "All languages in which you follow well.",
            "Todos los idiomas en los que sigue bien una conversación.",
            "Todas as línguas em que você acompanha bem.",
            "Toutes les langues dans lesquelles vous suivez bien.",
        ),
        options={"other": _OTHER},
        asks_languages=True,
    ),
    Ready(
        "listens-in-other",
        Kind.LANGUAGE,
        text(
            "Which other language can you listen in?",
            "¿En qué otro idioma puede escuchar?",
            "Em que outra língua você consegue ouvir?",
            "Dans quelle autre langue pouvez-vous écouter\u00a0?",
        ),
        _INTERPRETATION,
        required=True,
        after=("listens-in", ("other",)),
    ),
    Ready(
        "speaks",
        Kind.SEVERAL_OF,
        text(
            "In which languages do you speak?",
            "¿En qué idiomas habla?",
            "Em que línguas você fala?",
            "Dans quelles langues vous exprimez-vous\u00a0?",
        ),
        _INTERPRETATION,
        help=text(
            "The languages in which you would take the floor.",
            "Los idiomas en los que tomaría la palabra.",
            "As línguas em que você tomaria a palavra.",
            "Les langues dans lesquelles vous prendriez la parole.",
        ),
        options={"other": _OTHER},
        asks_languages=True,
    ),
    Ready(
        "speaks-other",
        Kind.LANGUAGE,
        text(
            "Which other language do you speak?",
            "¿Qué otro idioma habla?",
            "Que outra língua você fala?",
            "Quelle autre langue parlez-vous\u00a0?",
        ),
        _INTERPRETATION,
        required=True,
        after=("speaks", ("other",)),
    ),
    Ready(
        "sign-language",
        Kind.YES_NO,
        text(
            "Do you need sign language interpretation?",
            "¿Necesita interpretación en lengua de señas?",
            "Você precisa de interpretação em língua de sinais?",
            "Avez-vous besoin d’une interprétation en langue des signes\u00a0?",
        ),
        _ALL_CAN_FOLLOW,
        retention_days=A_WEEK,
    ),
    Ready(
        "which-sign-language",
        Kind.SHORT_TEXT,
        text(
            "Which sign language?",
            "¿Qué lengua de señas?",
            "Que língua de sinais?",
            "Quelle langue des signes\u00a0?",
        ),
        _ALL_CAN_FOLLOW,
        help=text(
            "Such as ASL, LSM or Libras.",
            "Por ejemplo, LSM, ASL o Libras.",
            "Por exemplo, Libras, LSM ou ASL.",
            "Par exemple LSF, LSQ ou ASL.",
        ),
        required=True,
        most=100,
        after=("sign-language", ("yes",)),
        retention_days=A_WEEK,
    ),
    Ready(
        "captions",
        Kind.YES_NO,
        text(
            "Do you need captions?",
            "¿Necesita subtítulos?",
            "Você precisa de legendas?",
            "Avez-vous besoin de sous-titres\u00a0?",
        ),
        _ALL_CAN_FOLLOW,
        help=text(
            "What is said, to read along at the same time.",
            "Lo que se dice, para leerlo al mismo tiempo.",
            "O que se diz, para ler ao mesmo tempo.",
            "Ce qui se dit, à lire en même temps.",
        ),
        retention_days=A_WEEK,
    ),
)
