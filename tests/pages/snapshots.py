"""A picture of every page of the inventory, on three screens, light and dark, in two languages; and a sheet of all."""

import html
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby, product
from pathlib import Path
from typing import Any, NamedTuple

from playwright.sync_api import Browser

from tests.pages.inventory import Page, spoken
from tests.pages.stage import Stage
from tests.pages.visiting import DESK, PHONE, TABLET, go, tab

SCREENS = {360: PHONE, 768: TABLET, 1280: DESK}
SCHEMES = ("light", "dark")
LANGUAGES = ("en", "es")
STILL: dict[str, Any] = {"animations": "disabled", "caret": "hide", "full_page": True, "type": "jpeg", "quality": 70}
SHEET = """<!doctype html><html lang="en"><meta charset="utf-8"><title>Every page</title>
<style>
body {{ font: 14px system-ui; margin: 1rem; background: #888 }}
h2 {{ margin: 2rem 0 .5rem; position: sticky; top: 0; background: #888; padding: .3rem 0 }}
ul {{ display: flex; flex-wrap: wrap; gap: 1rem; align-items: start; padding: 0; list-style: none }}
img {{ display: block; max-height: 70rem; width: auto; border: 1px solid #000 }}
nav a {{ margin-inline-end: 1em }}
</style><h1>Every page</h1><nav>{index}</nav>{sections}"""


class Shot(NamedTuple):
    """One picture: of which page, in which language, on how wide a screen, light or dark."""

    page: str
    language: str
    width: int
    scheme: str

    @property
    def file(self) -> str:
        return f"{self.page}.{self.language}.{self.width}.{self.scheme}.jpg"


def take(
    browser: Browser, stage: Stage, folder: Path, *, pages: Sequence[str] = (), widths: Iterable[int] = SCREENS
) -> list[Shot]:
    """Write the pictures of these pages, or of all, into the folder, with a sheet `index.html` that shows them."""
    folder.mkdir(parents=True, exist_ok=True)
    shots = [
        shot
        for language, width, scheme in product(LANGUAGES, widths, SCHEMES)
        for shot in _series(browser, stage, folder, _wanted(pages, language), (language, width, scheme))
    ]
    (folder / "index.html").write_text(_sheet(shots))
    return shots


def _wanted(names: Sequence[str], language: str) -> list[Page]:
    return [page for page in spoken(language) if not names or page.name in names]


def _series(
    browser: Browser, stage: Stage, folder: Path, pages: list[Page], look: tuple[str, int, str]
) -> Iterator[Shot]:
    language, width, scheme = look
    options: dict[str, Any] = {"viewport": SCREENS[width], "color_scheme": scheme, "reduced_motion": "reduce"}
    with tab(browser, language, **options) as screen:
        for page in pages:
            shot = Shot(page.name, language, width, scheme)
            go(screen, stage, page, language)
            screen.screenshot(path=folder / shot.file, **STILL)
            yield shot


def _sheet(shots: list[Shot]) -> str:
    """All pictures of a page side by side, page after page."""
    ordered = sorted(shots, key=lambda shot: (shot.page, shot.scheme, shot.width, shot.language))
    sections, index = [], []
    for name, group in groupby(ordered, key=lambda shot: shot.page):
        label = html.escape(name)
        figures = "".join(
            f'<li>{s.language} {s.width} {s.scheme}<a href="{s.file}"><img loading="lazy" src="{s.file}" alt=""></a></li>'
            for s in group
        )
        index.append(f'<a href="#{label}">{label}</a>')
        sections.append(f'<h2 id="{label}">{label}</h2><ul>{figures}</ul>')
    return SHEET.format(index="\n".join(index), sections="\n".join(sections))
