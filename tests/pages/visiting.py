"""Going to a page of the inventory with a real browser, also where it is the answer to a form or to a bad moment."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlencode

from playwright.sync_api import Browser, Response, Route
from playwright.sync_api import Page as Tab

from tests.pages.inventory import Page
from tests.pages.stage import CROWD, Stage

PHONE, TABLET, DESK = ({"width": width, "height": height} for width, height in ((360, 740), (768, 1024), (1280, 900)))


@contextmanager
def tab(browser: Browser, language: str = "en", viewport: Any = PHONE, **options: Any) -> Iterator[Tab]:
    """A browser of somebody's own, on another clock than the events.

    Without service workers: what one asks for in the page's stead cannot be made the sending of a form.
    """
    settings = {"locale": language, "viewport": viewport, "timezone_id": "America/Chicago", "ignore_https_errors": True}
    settings["service_workers"] = "block"
    with browser.new_context(**(settings | options)) as context:
        yield context.new_page()


def visit(tab: Tab, stage: Stage, page: Page, language: str = "en") -> Response:
    """Go there, and see that it answers as the inventory says."""
    answer = go(tab, stage, page, language)
    assert answer.status == page.status, f"{page.name}: {answer.status}"
    return answer


def go(tab: Tab, stage: Stage, page: Page, language: str = "en") -> Response:
    """Go there, whatever is answered."""
    address = stage.address(page, language)
    if page.recorded:
        with _answering(tab, lambda route: _play(route, stage, page, language)):
            answer = tab.goto(address)
    elif page.sends is not None:
        with _answering(tab, lambda route: _send(route, stage, page)):
            answer = tab.goto(address)
            if page.crowd:
                answer = tab.goto(address)
    else:
        answer = tab.goto(address)
    assert answer is not None
    return answer


@contextmanager
def _answering(tab: Tab, how: Any) -> Iterator[None]:
    def only_pages(route: Route) -> None:
        if route.request.is_navigation_request() and not route.request.redirected_from:
            how(route)
        else:
            route.continue_()

    tab.route("**/*", only_pages)
    yield
    tab.unroute("**/*")


def _send(route: Route, stage: Stage, page: Page) -> None:
    """As if a form had been sent from here."""
    headers = route.request.headers | {"content-type": "application/x-www-form-urlencoded"}
    headers |= CROWD if page.crowd else {}
    route.continue_(method="POST", headers=headers, post_data=urlencode(stage.values(page)))


def _play(route: Route, stage: Stage, page: Page, language: str) -> None:
    answer = stage.record(page, language)
    route.fulfill(status=answer.status_code, headers=dict(answer.headers), body=answer.data)
