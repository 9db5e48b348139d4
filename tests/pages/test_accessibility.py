"""Every page in every state read by axe: WCAG 2.2 AA and good practice, light and dark, phone and desk."""

from collections.abc import Iterator

import pytest

from tests.pages.axe import violations
from tests.pages.inventory import Page, named, spoken
from tests.pages.visiting import DESK, PHONE, tab, visit

pytestmark = pytest.mark.slow

ARABIC = [page for page in spoken("en") if page.name.endswith("arabic")]


def found_on(browser, services, pages: list[Page], language: str, **options) -> Iterator[tuple[str, list[str]]]:
    with tab(browser, language, **options) as screen:
        for page in pages:
            visit(screen, services, page, language)
            if wrong := violations(screen):
                yield page.name, wrong


@pytest.mark.parametrize(
    ("language", "scheme", "viewport", "pages"),
    [
        pytest.param("en", "light", PHONE, spoken("en"), id="english-light-phone"),
        pytest.param("es", "dark", DESK, spoken("es"), id="spanish-dark-desk"),
        pytest.param("es", "light", DESK, ARABIC, id="arabic-light-desk"),
        pytest.param("en", "dark", PHONE, ARABIC, id="arabic-dark-phone"),
    ],
)
def test_axe_finds_nothing_on_any_page(browser, services, language, scheme, viewport, pages):
    assert dict(found_on(browser, services, pages, language, viewport=viewport, color_scheme=scheme)) == {}


def test_axe_sees_what_it_is_there_to_see(browser, services):
    with tab(browser) as screen:
        visit(screen, services, named("form-open"))
        screen.evaluate("document.querySelector('label[for=name]').remove()")
        assert "label" in "".join(violations(screen))
