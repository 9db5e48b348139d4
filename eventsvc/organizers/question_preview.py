"""The questions as people will see them, before anybody does. What is chosen opens what depends on it; nothing is sent."""

from flask import render_template
from wtforms import Form

from eventsvc.accounts.access import READERS, members
from eventsvc.events.models import Event
from eventsvc.organizers.fullness import kinds_of
from eventsvc.organizers.gate import bp
from eventsvc.organizers.limit_names import label
from eventsvc.questions.asked import full_options, questions_of
from eventsvc.questions.drawing import Drawing, opened_by
from eventsvc.questions.form import question_fields, with_questions


@bp.get("/events/<event>/questions/preview")
@members(READERS)
def preview_questions(event: Event) -> str:
    asked = questions_of(event.id, event.version)
    kinds = {kind.slug: label(kind, event) for kind in kinds_of(event)}
    form = with_questions(Form, question_fields(asked))(None)
    drawing = Drawing(event, asked, full_options(event.id, asked), kinds)
    return render_template(
        "organizers/question_preview.html",
        event=event,
        drawn=drawing.person(form),
        kinds=kinds if len(kinds) > 1 else {},
        opens=opened_by(asked, list(kinds)),
    )
