"""The subject and text that organizers wrote for one letter of their event, in one language."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from eventsvc.db import Model


class LetterText(Model):
    """Stands in place of the first words of a letter; may hold placeholders such as {title}."""

    __tablename__ = "letter_texts"

    event_id: Mapped[int] = mapped_column(sa.ForeignKey("events.id", ondelete="CASCADE"), primary_key=True)
    letter: Mapped[str] = mapped_column(primary_key=True)
    language: Mapped[str] = mapped_column(primary_key=True)
    subject: Mapped[str]
    text: Mapped[str]
    changed_at: Mapped[datetime]
