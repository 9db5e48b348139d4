"""A picture in several widths. Rows, so that every machine has them."""

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from eventsvc.db import LanguageMap, Model


class Picture(Model):
    """What was uploaded, as it is shown. A picture never changes: a new upload is a new picture.

    The id is a random UUID, so that the picture of a draft cannot be found by trying.
    """

    __tablename__ = "pictures"
    __table_args__ = (sa.CheckConstraint("kind IN ('logo', 'cover')", "known_kind"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    kind: Mapped[str]
    alt: Mapped[LanguageMap]  # what it shows, in words; never empty
    width: Mapped[int]  # of the largest, in pixels
    height: Mapped[int]
    created_at: Mapped[datetime]


class PictureFile(Model):
    """One width of a picture, as a file ready to be sent."""

    __tablename__ = "picture_files"

    picture_id: Mapped[UUID] = mapped_column(sa.ForeignKey("pictures.id", ondelete="CASCADE"), primary_key=True)
    width: Mapped[int] = mapped_column(primary_key=True)
    format: Mapped[str] = mapped_column(primary_key=True)  # "webp", "png" or "jpeg": also the ending of its path
    body: Mapped[bytes]
