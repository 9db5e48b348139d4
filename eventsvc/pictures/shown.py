"""What a page needs to know of a picture in order to show it: everything but the bytes."""

from collections.abc import Iterable
from typing import NamedTuple
from uuid import UUID

import sqlalchemy as sa

from eventsvc.db import LanguageMap, db
from eventsvc.pictures.models import Picture, PictureFile

PACKED = "webp"
"""The format in which every width is there; one width is there in an older format as well, for old browsers."""


class Shown(NamedTuple):
    """A picture with the widths it has, smallest first; `width` and `height` are those of the largest."""

    id: UUID
    alt: LanguageMap
    width: int
    height: int
    widths: tuple[int, ...]
    fallback: tuple[int, str]  # width and format of the file that every browser understands


def shown(ids: Iterable[UUID | None]) -> dict[UUID, Shown]:
    """These pictures by id, in one query."""
    wanted = {each for each in ids if each}
    if not wanted:
        return {}
    rows = db.session.execute(
        sa.select(Picture.id, Picture.alt, Picture.width, Picture.height, PictureFile.width, PictureFile.format)
        .join(PictureFile, PictureFile.picture_id == Picture.id)
        .where(Picture.id.in_(wanted))
        .order_by(Picture.id, PictureFile.width)
    )
    found: dict[UUID, Shown] = {}
    for picture, alt, width, height, file_width, file_format in rows:
        known = found.get(picture) or Shown(picture, alt, width, height, (), (0, ""))
        if file_format == PACKED:
            found[picture] = known._replace(widths=(*known.widths, file_width))
        else:
            found[picture] = known._replace(fallback=(file_width, file_format))
    return found
