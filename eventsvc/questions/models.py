"""A question, the wordings it had, and the options of which there are only so many.

An answer belongs to the wording it answered. So a wording that somebody answered is never changed: there comes a new
one, with the next number, and the earlier stays as long as its answers.
"""

from datetime import datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from eventsvc.db import LanguageMap, Model
from eventsvc.events.models import one_of


class Kind(StrEnum):
    SHORT_TEXT = "short_text"
    LONG_TEXT = "long_text"
    ONE_OF = "one_of"
    SEVERAL_OF = "several_of"
    YES_NO = "yes_no"
    NUMBER = "number"
    DATE = "date"
    COUNTRY = "country"
    LANGUAGE = "language"
    CONSENT = "consent"


class Question(Model):
    """One field of an event's form. `slug` names it in exports and files, for ever."""

    __tablename__ = "questions"
    __table_args__ = (
        sa.UniqueConstraint("event_id", "slug"),
        sa.CheckConstraint("retention_days IS NULL OR retention_days >= 0", "retention_not_negative"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(sa.ForeignKey("events.id", ondelete="CASCADE"))
    slug: Mapped[str]
    position: Mapped[int] = mapped_column(default=0)
    asked: Mapped[bool] = mapped_column(default=True)  # withdrawn: not asked any more, its answers stay
    retention_days: Mapped[int | None]  # answers go this many days after the end; None: with all the rest
    versions: Mapped[list["Version"]] = relationship(
        order_by="Version.number", cascade="all, delete-orphan", foreign_keys="Version.question_id"
    )


class Version(Model):
    """One wording of a question; the one with the highest number is asked."""

    __tablename__ = "question_versions"
    __table_args__ = (sa.UniqueConstraint("question_id", "number"), one_of("kind", Kind))

    id: Mapped[int] = mapped_column(primary_key=True)
    question_id: Mapped[int] = mapped_column(sa.ForeignKey("questions.id", ondelete="CASCADE"))
    number: Mapped[int] = mapped_column(default=1)
    kind: Mapped[str]
    label: Mapped[LanguageMap]
    help: Mapped[LanguageMap] = mapped_column(default=dict)
    purpose: Mapped[LanguageMap] = mapped_column(default=dict)  # what the answer is needed for, as people read it
    required: Mapped[bool] = mapped_column(default=False)
    options: Mapped[list[dict[str, Any]]] = mapped_column(default=list)  # {"slug": …, "label": {language: text}}
    limits: Mapped[dict[str, Any]] = mapped_column(default=dict)  # of a text, number or date: {"least": …, "most": …}
    ticket_types: Mapped[list[str]] = mapped_column(default=list)  # slugs: asked of them only; empty: of everybody
    depends_on_id: Mapped[int | None] = mapped_column(sa.ForeignKey("questions.id"))  # an earlier question …
    depends_on_options: Mapped[list[str]] = mapped_column(default=list)  # … and the options one of which was chosen
    created_at: Mapped[datetime]


class OptionLimit(Model):
    """So many people may choose this option. Only `registration/options.py` changes the counter."""

    __tablename__ = "option_limits"
    __table_args__ = (
        sa.UniqueConstraint("question_id", "option"),
        sa.CheckConstraint("size >= 0", "size_not_negative"),
        sa.CheckConstraint("taken >= 0", "taken_not_negative"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(sa.ForeignKey("events.id", ondelete="CASCADE"), index=True)
    question_id: Mapped[int] = mapped_column(sa.ForeignKey("questions.id", ondelete="CASCADE"))
    option: Mapped[str]  # the slug of the option
    size: Mapped[int]
    taken: Mapped[int] = mapped_column(default=0)
