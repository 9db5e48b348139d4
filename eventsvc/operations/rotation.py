"""Changing the master key: the keys of every event are sealed again by the newest one; what they sealed stays as it is."""

from collections.abc import Iterator, Sequence

import sqlalchemy as sa

from eventsvc.db import db, transaction
from eventsvc.vault import EventKeyRow, keyring

AT_ONCE = 200


def rotate() -> Iterator[int]:
    """Seal again, a batch a transaction, while the service runs; yields how many rows each batch looked at.

    Ended half-way it leaves every row readable, as long as the older key is still among those configured.
    """
    last = 0
    while batch := _after(last):
        with transaction():
            _seal_again(batch)
        last = batch[-1]
        yield len(batch)
    with transaction():
        db.session.merge(keyring().make_check())


def number_of_keys() -> int:
    return db.session.scalar(sa.select(sa.func.count()).select_from(EventKeyRow)) or 0


def _after(last: int) -> Sequence[int]:
    batch = sa.select(EventKeyRow.id).where(EventKeyRow.id > last).order_by(EventKeyRow.id).limit(AT_ONCE)
    return db.session.scalars(batch).all()


def _seal_again(batch: Sequence[int]) -> None:
    rows = sa.select(EventKeyRow).where(EventKeyRow.id.in_(batch)).with_for_update()
    for row in db.session.scalars(rows.execution_options(populate_existing=True)):
        keyring().reseal(row)
