"""Models and migrations say the same, and no migration loses anything."""

import threading
from collections.abc import Iterable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory

from eventsvc import schema, vault
from eventsvc.db import Model, db, transaction
from tests.factories import Cast
from tests.operations.installation import Installation

GOOD = '''
"""Give events a motto, and quotas a stricter rule."""
import sqlalchemy as sa
from alembic import op
revision, down_revision = "test1", "{head}"

def upgrade():
    with op.batch_alter_table("events") as batch:
        batch.add_column(sa.Column("motto", sa.Text(), nullable=False, server_default=""))
        batch.alter_column("note", type_=sa.String(500), existing_type=sa.Text(), existing_nullable=False)

def downgrade():
    with op.batch_alter_table("events") as batch:
        batch.drop_column("motto")
        batch.alter_column("note", type_=sa.Text(), existing_type=sa.String(500), existing_nullable=False)
'''

LOSSY = '''
"""Tidy up, a little too well."""
from alembic import op
revision, down_revision = "test1", "{head}"
{meant}
def upgrade():
    op.execute("DELETE FROM ticket_type_quotas")

def downgrade():
    pass
'''


def write_revision(folder: Path, text: str, **values: str) -> dict[str, str]:
    """A further revision outside the package; the options that make Alembic find it."""
    head = ScriptDirectory.from_config(schema.configuration()).get_current_head()
    folder.mkdir(exist_ok=True)
    (folder / "test1.py").write_text(text.format(head=head, **values))
    return {"version_locations": f"{schema.MIGRATIONS / 'versions'}\n{folder}", "path_separator": "newline"}


Rows = dict[str, list[dict[str, str]]]


def contents(engine: sa.Engine) -> Rows:
    """The rows of each table, as far as both the models and the database know tables and columns."""
    look = sa.inspect(engine)
    there = {name: {column["name"] for column in look.get_columns(name)} for name in look.get_table_names()}
    with engine.connect() as connection:
        return {
            table.name: _rows(connection, [column for column in table.columns if column.name in there[table.name]])
            for table in Model.metadata.sorted_tables
            if table.name in there
        }


def _rows(connection: sa.Connection, columns: list[sa.Column[Any]]) -> list[dict[str, str]]:
    found = connection.execute(sa.select(*columns)).mappings()
    return _in_order({name: repr(value) for name, value in row.items()} for row in found)


def _in_order(rows: Iterable[dict[str, str]]) -> list[dict[str, str]]:
    return sorted(rows, key=lambda row: sorted(row.items()))


def as_far_as(after: Rows, before: Rows) -> Rows:
    """Of what was there before only what the schema of after has a place for."""
    return {
        name: _in_order({key: row[key] for key in (rows[0] if rows else {})} for row in before[name])
        for name, rows in after.items()
    }


@pytest.fixture
def filled(place: Installation) -> Iterator[Installation]:
    """An installation with events that have quotas, ticket types, hosts and keys."""
    with place.application() as app:
        cast = Cast(app)
        for number in range(3):
            cast.event(f"Assembly {number}", kinds=[("hall", 60), ("online", 1000)])
        yield place


def test_the_models_and_the_migrations_make_the_same_tables(place: Installation) -> None:
    with place.application(), db.engine.connect() as connection:
        options = {"compare_type": True}
        difference = compare_metadata(MigrationContext.configure(connection, opts=options), Model.metadata)
    assert difference == [], "run `python -m eventsvc.migrations` for a draft"


def test_checks_partial_indexes_and_what_follows_a_deletion_are_the_same_too(place: Installation) -> None:
    with place.application():
        migrated = described(db.engine)
        with db.engine.begin() as connection:
            Model.metadata.drop_all(connection)
            Model.metadata.create_all(connection)
        assert described(db.engine) == migrated
    assert any("waits_for_a_quota" in check for check in migrated["registrations"]["checks"])
    assert "waitlisted" in migrated["registrations"]["indexes"]["uq_registrations_live_address"]


def described(engine: sa.Engine) -> dict[str, dict[str, Any]]:
    """Everything a database tells about its tables, apart from the order of columns."""
    look = sa.inspect(engine)
    return {name: _described(look, name) for name in sorted(look.get_table_names()) if name != "alembic_version"}


def _described(look: sa.Inspector, name: str) -> dict[str, Any]:
    return {
        "columns": {column["name"]: (repr(column["type"]), column["nullable"]) for column in look.get_columns(name)},
        "key": look.get_pk_constraint(name)["constrained_columns"],
        "foreign": sorted(
            (repr(key["constrained_columns"]), key["referred_table"], repr(key["options"]))
            for key in look.get_foreign_keys(name)
        ),
        "unique": sorted(repr(sorted(rule["column_names"])) for rule in look.get_unique_constraints(name)),
        "checks": sorted(f"{check['name']}: {check['sqltext']}" for check in look.get_check_constraints(name)),
        "indexes": {
            str(index["name"]): repr((index["column_names"], index["unique"], _where(index)))
            for index in look.get_indexes(name)
        },
    }


def _where(index: Any) -> list[str]:
    return sorted(f"{name}: {value}" for name, value in index.get("dialect_options", {}).items())


def test_every_revision_goes_up_down_and_up_again_without_losing_a_row(filled: Installation, tmp_path: Path) -> None:
    more = write_revision(tmp_path / "more", GOOD)
    script = ScriptDirectory.from_config(schema.configuration(**more))
    steps = [step.revision for step in reversed(list(script.walk_revisions()))]
    before = contents(db.engine)
    assert len(before["ticket_type_quotas"]) == 6

    schema.migrate(db.engine, lambda config: command.upgrade(config, "heads"), **more)
    for older in steps[:-1]:
        schema.migrate(db.engine, partial(command.downgrade, revision=older), **more)
        after = contents(db.engine)
        assert after == as_far_as(after, before)
        schema.migrate(db.engine, lambda config: command.upgrade(config, "heads"), **more)
        assert contents(db.engine) == before


def test_the_first_revision_can_be_taken_back_to_nothing(place: Installation) -> None:
    with place.application():
        schema.migrate(db.engine, lambda config: command.downgrade(config, "base"))
        assert sa.inspect(db.engine).get_table_names() == ["alembic_version"]
        schema.upgrade(db.engine)
        assert schema.state(db.engine) == schema.State.CURRENT


def test_a_revision_that_loses_rows_is_stopped_and_nothing_of_it_stays(filled: Installation, tmp_path: Path) -> None:
    more = write_revision(tmp_path / "more", LOSSY, meant="")
    before = contents(db.engine)

    with pytest.raises(schema.RowsLost, match="test1: ticket_type_quotas"):
        schema.migrate(db.engine, lambda config: command.upgrade(config, "heads"), **more)

    assert contents(db.engine) == before
    assert schema.state(db.engine) == schema.State.CURRENT


def test_a_revision_may_change_the_rows_it_says_it_changes(filled: Installation, tmp_path: Path) -> None:
    more = write_revision(tmp_path / "more", LOSSY, meant='rows_change = {"ticket_type_quotas"}')

    schema.migrate(db.engine, lambda config: command.upgrade(config, "heads"), **more)

    assert contents(db.engine)["ticket_type_quotas"] == []


def test_foreign_keys_are_on_again_after_a_migration(sqlite_place: Installation) -> None:
    with sqlite_place.application():
        schema.upgrade(db.engine)
        with db.engine.connect() as connection:
            assert connection.exec_driver_sql("PRAGMA foreign_keys").scalar() == 1


def test_two_upgrades_at_once_take_turns(empty: Installation) -> None:
    with empty.application() as app:
        failures: list[BaseException] = []

        def upgrade() -> None:
            try:
                with app.app_context():
                    schema.bring_up_to_date()
            except BaseException as error:  # noqa: BLE001 - reported below
                failures.append(error)

        threads = [threading.Thread(target=upgrade) for _ in range(3)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(30)
        assert failures == []
        assert schema.state(db.engine) == schema.State.CURRENT


def test_a_database_is_told_apart_from_an_older_a_newer_and_a_foreign_one(empty: Installation) -> None:
    with empty.application():
        assert schema.state(db.engine) == schema.State.EMPTY
        with db.engine.begin() as connection:
            connection.exec_driver_sql("CREATE TABLE recipes (id INTEGER)")
        assert schema.state(db.engine) == schema.State.FOREIGN
        with pytest.raises(schema.WrongSchema, match="not ours"):
            schema.upgrade(db.engine)


def test_a_copy_is_made_before_a_sqlite_file_is_changed(sqlite_place: Installation, tmp_path: Path) -> None:
    with sqlite_place.application():
        schema.upgrade(db.engine)
        with transaction():
            vault.verify()
        copy = sqlite_place.folder / "eventsvc.sqlite3.before-upgrade"
        schema.bring_up_to_date()
        assert not copy.exists()
        schema.copy_before(db.engine)
        schema.copy_before(db.engine)
        assert contents(sa.create_engine(f"sqlite:///{copy}")) == contents(db.engine)
        assert copy.stat().st_mode & 0o777 == 0o600
