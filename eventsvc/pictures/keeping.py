"""Pictures come into the database, and go when nothing points to them any more. In the caller's transaction."""

from collections.abc import Iterable, Mapping
from uuid import UUID, uuid4

import sqlalchemy as sa

from eventsvc import clock
from eventsvc.db import Model, db, table_of
from eventsvc.pictures.making import Made
from eventsvc.pictures.models import Picture, PictureFile


def keep(made: Made, alt: Mapping[str, str]) -> UUID:
    """Write a picture with what it shows, in words, per language. Its id."""
    return _write(made.kind, (made.width, made.height), alt, made.files)


def replaced(current: UUID | None, made: Made | None, alt: Mapping[str, str], *, remove: bool) -> UUID | None:
    """What stands in place of the current picture: a new one, none, the same one, or the same one in other words.

    What is let go by it is for `drop_unused`, once nothing points to it any more.
    """
    if made:
        return keep(made, alt)
    if remove or current is None:
        return None
    known = db.session.get(Picture, current)
    return reworded(current, alt) if known and known.alt != alt else current


def reworded(picture_id: UUID, alt: Mapping[str, str]) -> UUID:
    """The same picture with other words, as a picture of its own: who else shows the old one keeps its words."""
    known = db.session.get_one(Picture, picture_id)
    files = db.session.execute(
        sa.select(PictureFile.width, PictureFile.format, PictureFile.body).where(PictureFile.picture_id == picture_id)
    ).all()
    return _write(known.kind, (known.width, known.height), alt, [(file[0], file[1], file[2]) for file in files])


def _write(kind: str, size: tuple[int, int], alt: Mapping[str, str], files: Iterable[tuple[int, str, bytes]]) -> UUID:
    made = uuid4()
    width, height = size
    db.session.add(Picture(id=made, kind=kind, alt=dict(alt), width=width, height=height, created_at=clock.now()))
    db.session.flush()
    rows = [{"picture_id": made, "width": each[0], "format": each[1], "body": each[2]} for each in files]
    db.session.execute(sa.insert(PictureFile), rows)
    return made


def drop_unused(*ids: UUID | None) -> None:
    """Delete those of these pictures that nothing points to. Whoever let one go has to be flushed before."""
    if wanted := {each for each in ids if each}:
        db.session.flush()
        db.session.execute(
            sa.delete(Picture)
            .where(Picture.id.in_(wanted), *(~_points_to(column) for column in _pointing()))
            .execution_options(synchronize_session=False)
        )


def _pointing() -> list[sa.Column[UUID]]:
    """Every column of the schema, whoever has it, that may name a picture; a picture's own files do not count."""
    own = {table_of(Picture), table_of(PictureFile)}
    return [
        key.parent
        for table in Model.metadata.tables.values()
        if table not in own
        for key in table.foreign_keys
        if key.references(table_of(Picture))
    ]


def _points_to(column: sa.Column[UUID]) -> sa.ColumnElement[bool]:
    return sa.exists().where(column == Picture.id)
