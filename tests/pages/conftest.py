"""The public pages, for tests that go through all of them."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from tests.pages import stage
from tests.pages.stage import Stage
from tests.servers import chromium
from tests.servers.missing import required


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


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with required(chromium.launch()) as running:
        yield running
