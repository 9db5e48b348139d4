"""Who reports, for whom, and whether they may be written to about an embargo."""

from eventsvc.questions.models import Kind
from eventsvc.questions.ready.shape import Ready, text

_PURPOSE = text(
    "To admit journalists and to look after them.",
    "Para acreditar a periodistas y atenderles.",
    "Para credenciar jornalistas e atendê-los.",
    "Pour accréditer et accueillir les journalistes.",
)

SET = (
    Ready(
        "medium",
        Kind.SHORT_TEXT,
        text(
            "For which medium do you work?",
            "¿Para qué medio trabaja?",
            "Para que veículo você trabalha?",
            "Pour quel média travaillez-vous\u00a0?",
        ),
        _PURPOSE,
        help=text(
            "Write “freelance” if you work for yourself.",
            "Escriba «independiente» si trabaja por su cuenta.",
            "Escreva “freelancer” se você trabalha por conta própria.",
            "Écrivez «\u00a0indépendant\u00a0» si vous travaillez à votre compte.",
        ),
        required=True,
        most=200,
        ticket_type="press",
    ),
    Ready(
        "accreditation",
        Kind.ONE_OF,
        text(
            "How can you show that you report?",
            "¿Cómo puede acreditar su trabajo periodístico?",
            "Como você pode comprovar o seu trabalho jornalístico?",
            "Comment pouvez-vous justifier de votre travail de journaliste\u00a0?",
        ),
        _PURPOSE,
        options={
            "press-card": text(
                "With a press card", "Con una credencial", "Com uma credencial", "Par une carte de presse"
            ),
            "published-work": text(
                "With work that was published",
                "Con trabajos publicados",
                "Com trabalhos publicados",
                "Par des travaux publiés",
            ),
            "not-yet": text("Not yet", "Todavía no puedo", "Ainda não posso", "Pas encore"),
        },
        required=True,
        ticket_type="press",
    ),
    Ready(
        "accreditation-details",
        Kind.SHORT_TEXT,
        text(
            "Number of the card, or a link to your work",
            "Número de la credencial o enlace a su trabajo",
            "Número da credencial ou link para o seu trabalho",
            "Numéro de la carte, ou lien vers vos travaux",
        ),
        _PURPOSE,
        required=True,
        most=500,
        after=("accreditation", ("press-card", "published-work")),
        ticket_type="press",
    ),
    Ready(
        "embargo-contact",
        Kind.CONSENT,
        text(
            "You may write to me about the embargo of the material.",
            "Pueden escribirme sobre el embargo del material.",
            "Vocês podem me escrever sobre o embargo do material.",
            "Vous pouvez m’écrire au sujet de l’embargo sur les documents.",
        ),
        text(
            "To tell you when the material may be published, also if that changes.",
            "Para avisarle cuándo se puede publicar el material, también si eso cambia.",
            "Para avisar quando o material pode ser publicado, também se isso mudar.",
            "Pour vous dire quand les documents peuvent être publiés, aussi en cas de changement.",
        ),
        ticket_type="press",
    ),
)
