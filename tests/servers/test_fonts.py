"""The browser of the tests writes the scripts of our pages with signs, not with empty boxes."""

import pytest
from playwright.sync_api import CDPSession

from tests.servers import chromium
from tests.servers.missing import required

pytestmark = pytest.mark.slow
SAID = {
    "spanish": ("Asamblea de las ñandúes", "Open Sans"),
    "quc": ("Jun nim riqbʼal pa ri qatinamït, k'ä", "Open Sans"),
    "arabic": ("لقاء حول حقوق العمال المهاجرين", "Noto Sans Arabic"),
}


def fonts_of(wire: CDPSession, name: str) -> dict[str, int]:
    """How many signs of this element are drawn with which font."""
    root = wire.send("DOM.getDocument")["root"]["nodeId"]
    node = wire.send("DOM.querySelector", {"nodeId": root, "selector": f"#{name}"})["nodeId"]
    fonts = wire.send("CSS.getPlatformFontsForNode", {"nodeId": node})["fonts"]
    return {font["familyName"]: int(font["glyphCount"]) for font in fonts}


def test_each_script_has_its_font():
    with required(chromium.launch()) as browser, browser.new_context(locale="en") as context:
        if not chromium.find().env:
            pytest.skip("this is not the pinned browser; its fonts are others")
        page = context.new_page()
        page.set_content("".join(f'<p id="{name}">{text}</p>' for name, (text, _font) in SAID.items()))
        wire = context.new_cdp_session(page)
        for domain in ("DOM", "CSS"):
            wire.send(f"{domain}.enable")
        drawn = {name: fonts_of(wire, name) for name in SAID}

    letters = {name: max(fonts, key=lambda font: fonts[font]) for name, fonts in drawn.items()}
    assert letters == {name: font for name, (_text, font) in SAID.items()}
    assert set().union(*drawn.values()) == {"Open Sans", "Noto Sans Arabic"}
