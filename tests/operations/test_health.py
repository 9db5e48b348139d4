"""What machines are told."""

import time

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient

from eventsvc import clockwork, health, schema, vault
from eventsvc.db import db, transaction
from tests.operations.installation import Installation


def ask(client: FlaskClient) -> tuple[int, dict[str, object]]:
    answer = client.get("/readyz", base_url="http://localhost")
    assert answer.json is not None
    return answer.status_code, answer.json


def test_a_service_that_fits_its_database_is_ready(place: Installation) -> None:
    with place.application() as app:
        status, said = ask(app.test_client())
    assert status == 200
    assert said == {"status": "ok", "database": "ok", "schema": "ok", "key": "ok", "last_beat_seconds": None}


def test_an_old_beat_is_told_and_makes_nobody_unready(place: Installation) -> None:
    with place.application() as app:
        clockwork.beat("here:1")
        time.sleep(0.3)
        status, said = ask(app.test_client())
    assert status == 200
    assert 0.2 < float(str(said["last_beat_seconds"])) < 30


@pytest.mark.parametrize(("version", "word"), [("0000", "ahead"), (None, "foreign")])
def test_a_schema_that_does_not_fit_is_not_ready(place: Installation, version: str | None, word: str) -> None:
    with place.application() as app:
        with db.engine.begin() as connection:
            connection.exec_driver_sql("DELETE FROM alembic_version")
            if version:
                connection.execute(sa.text("INSERT INTO alembic_version VALUES (:version)"), {"version": version})
        status, said = ask(app.test_client())
    assert (status, said["database"], said["schema"], said["key"]) == (503, "ok", word, "unknown")


def test_a_key_that_does_not_fit_is_not_ready(place: Installation) -> None:
    with place.application() as app:
        with transaction():
            db.session.get_one(vault.VaultCheck, 1).sealed = bytes(61)
        status, said = ask(app.test_client())
    assert (status, said["schema"], said["key"]) == (503, "ok", "wrong")


def test_a_database_that_is_gone_is_not_ready_while_the_process_is_alive(place: Installation) -> None:
    with place.application() as app:
        db.engine.dispose()
        gone = place.settings.model_copy(
            update={"database_url": "postgresql+psycopg://nobody@127.0.0.1:1/none", "data_dir": place.folder}
        )
        lost = type(place)("postgresql", place.folder, gone.database_url)
        with lost.application() as other:
            client = other.test_client()
            status, said = ask(client)
            assert client.get("/healthz", base_url="http://localhost").status_code == 200
    assert (status, said["database"]) == (503, "unreachable")
    assert app is not other


def test_an_empty_database_is_told_apart(empty: Installation) -> None:
    with empty.application():
        assert health.look()["schema"] == schema.State.EMPTY
