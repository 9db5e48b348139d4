"""The public pages, for tests that go through all of them."""

import threading
from collections.abc import Iterator

import pytest
from flask import Flask
from werkzeug.serving import make_server

from tests.pages import stage
from tests.pages.stage import Stage


@pytest.fixture(scope="session")
def applications(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    """Every page, without a server."""
    with stage.applications(tmp_path_factory.mktemp("pages")) as ready:
        yield ready


@pytest.fixture(scope="session")
def services(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    """Every page, from real web workers."""
    with stage.services(tmp_path_factory.mktemp("pages")) as ready:
        yield ready


@pytest.fixture
def origin(app: Flask) -> Iterator[str]:
    """Where the application of this test answers, for a browser."""
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.port}"
    server.shutdown()
    thread.join()
    server.server_close()
