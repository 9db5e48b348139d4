"""The last good copy of each calendar file, for every process on every machine."""

from datetime import datetime

from sqlalchemy.orm import Mapped, mapped_column

from eventsvc.db import Model


class CalendarFile(Model):
    """A file as it goes out, and the state of the events it was written for."""

    __tablename__ = "calendar_files"

    key: Mapped[str] = mapped_column(primary_key=True)  # kind, id and language
    state: Mapped[str]  # a digest; another one whenever the file would be
    name: Mapped[str]
    body: Mapped[bytes]  # compressed
    changed: Mapped[datetime | None]  # Last-Modified
    written_at: Mapped[datetime]
    lease_until: Mapped[datetime | None]  # somebody is writing the next one
