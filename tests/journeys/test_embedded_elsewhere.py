"""What organizers copy, and what the WordPress plugin writes, in a real browser on a page of another origin."""

import json
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from eventsvc.accounts import members, signing_in
from eventsvc.accounts.models import Role
from eventsvc.db import transaction
from tests.journeys.conftest import DESK, Service, visitor
from tests.journeys.test_embedded import content_height, inside
from tests.pages.axe import violations
from tests.servers import neighbour, php
from tests.servers.missing import required
from tests.servers.neighbour import Neighbour

pytestmark = pytest.mark.slow
WORDPRESS = Path(__file__).parents[1] / "embedding" / "wordpress.php"
PLUGIN = Path(__file__).parents[2] / "config" / "wordpress" / "eventsvc.php"


@pytest.fixture
def theirs() -> Iterator[Neighbour]:
    with neighbour.site() as running:
        yield running


def sign_in(page: Page, service: Service) -> None:
    """As the owner of the organization that hosts everything here."""
    with service.app.app_context():
        host = service.cast.organization()
        with transaction():
            members.enroll("owner@example.org", host.id, Role.OWNER, "en")
        with transaction():
            path = signing_in.make_sign_in_link("owner@example.org")
    page.goto(service.url + path)
    page.locator("main form button").click()


def test_what_an_organizer_copies_works_where_it_is_pasted(browser: Browser, plain_site: Service, theirs: Neighbour):
    event = plain_site.cast.event("Assembly")
    office = visitor(browser, "en-US", DESK, script=True).new_page()
    sign_in(office, plain_site)

    office.goto(f"{plain_site.url}/organize/events/{event.slug}")
    office.get_by_role("link", name="On other websites").click()
    expect(inside(office).get_by_role("heading", level=1)).to_have_text("Assembly")  # the preview
    assert violations(office) == []
    copied = [code.inner_text() for code in office.locator(".snippet").all() if code.is_visible()]

    page = visitor(browser, "en-US", DESK, script=True).new_page()
    page.goto(theirs.shows(copied[0]))
    expect(inside(page).get_by_role("heading", level=1)).to_have_text("Assembly")
    expect(page.locator("iframe")).to_have_attribute("height", str(content_height(page)))
    page.context.close()
    office.context.close()


@pytest.mark.parametrize("script", [True, False])
def test_what_the_wordpress_plugin_writes_is_shown_and_kept_in_size(
    browser: Browser, plain_site: Service, theirs: Neighbour, script: bool
):
    event = plain_site.cast.event("Assembly")
    asked = {"options": {"eventsvc_address": plain_site.url}, "do": [["shortcode", {"event": event.slug}]]}
    with required(php.program()) as interpreter:
        said = subprocess.run([interpreter, WORDPRESS, PLUGIN], input=json.dumps(asked), capture_output=True, text=True, check=True)  # fmt: skip
    answer = json.loads(said.stdout)
    footer = f'<script src="{answer["scripts"]["eventsvc"]}"></script>'  # where WordPress puts it
    page = visitor(browser, "es-GT", DESK, script=script).new_page()

    page.goto(theirs.shows(answer["out"][0] + footer))

    expect(inside(page).get_by_role("heading", level=1)).to_have_text("Assembly")
    wanted = str(content_height(page)) if script else "460"
    expect(page.locator("iframe")).to_have_attribute("height", wanted)
    assert page.get_by_role("link", name="Open in a page of its own").is_visible()
    page.context.close()
