"""Every page as people set it up who read with difficulty: narrow or enlarged, spaced out, in colours of their own.

WCAG 2.2: 1.4.4 and 1.4.10 (enlarged, and no sideways scrolling), 1.4.12 (spacing), 2.5.8 (targets), 2.3.3 (motion).
"""

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Page as Tab
from playwright.sync_api import ViewportSize

from tests.pages.inventory import named, spoken
from tests.pages.visiting import DESK, tab, visit

pytestmark = pytest.mark.slow

NARROW: ViewportSize = {"width": 320, "height": 640}  # a desk's window of 1280 enlarged to 400 %
HALVED: ViewportSize = {"width": 640, "height": 450}  # and to 200 %

# What sticks out sideways, if the page can be scrolled there.
SIDEWAYS = """() => {
  const page = document.documentElement;
  if (page.scrollWidth <= page.clientWidth) return [];
  const out = [...document.body.querySelectorAll('*')].filter(it => {
    const box = it.getBoundingClientRect();
    return box.width && (box.right > page.clientWidth + 1 || box.left < -1) && !it.closest('.scroll');
  });
  return ['scrolls sideways'].concat(out.slice(-3).map(it => it.outerHTML.slice(0, 120)));
}"""
# The spacing that a reader may ask for, and what is cut off by it: text in a box that hides what does not fit.
SPACED = """() => {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(`* { line-height: 1.5 !important; letter-spacing: 0.12em !important; word-spacing: 0.16em !important }
    p { margin-block-end: 2em !important }`);
  document.adoptedStyleSheets = [sheet];
  const cut = [...document.body.querySelectorAll('*')].filter(it => {
    const style = getComputedStyle(it);
    const hides = ['hidden', 'clip'].includes(style.overflowX) || ['hidden', 'clip'].includes(style.overflowY);
    const seen = it.clientWidth > 1 && it.clientHeight > 1 && style.clipPath === 'none';
    return hides && seen && it.innerText && (it.scrollWidth > it.clientWidth + 1 || it.scrollHeight > it.clientHeight + 1);
  });
  return cut.map(it => 'cuts off ' + it.outerHTML.slice(0, 120));
}"""
# Links and buttons smaller than 24 by 24 that are not part of a sentence, and have not that much room to themselves.
SMALL = """() => {
  const shown = [...document.querySelectorAll('a[href], button, input:not([type=hidden]), select, textarea, summary')]
    .map(it => {
      const label = ['checkbox', 'radio'].includes(it.type) && it.labels[0];
      const boxes = [it, ...(label ? [label] : [])].map(part => part.getBoundingClientRect());
      const after = getComputedStyle(it, '::after');
      return {it, box: boxes.reduce((a, b) => a.width * a.height > b.width * b.height ? a : b), whole: after.position === 'absolute'};
    })
    .filter(({it, box}) => box.width && box.height && box.right > 0 && it.checkVisibility({visibilityProperty: true}));
  const inSentence = it => getComputedStyle(it).display === 'inline' &&
    [...it.parentElement.childNodes].some(node => node !== it && node.textContent.trim().length > 3 && node.nodeType === 3);
  const crowded = ({it, box}) => shown.some(other => {
    if (other.it === it || other.it.contains(it) || it.contains(other.it)) return false;
    const x = box.left + box.width / 2, y = box.top + box.height / 2, o = other.box;
    return Math.hypot(Math.max(o.left - x, 0, x - o.right), Math.max(o.top - y, 0, y - o.bottom)) < 12;
  });
  return shown
    .filter(each => !each.whole && Math.min(each.box.width, each.box.height) < 23.5)
    .filter(each => !inSentence(each.it) && crowded(each))
    .map(({it, box}) => `small: ${Math.round(box.width)} x ${Math.round(box.height)} ` + it.outerHTML.slice(0, 120));
}"""
MOVING = """() => [...document.querySelectorAll('*')].filter(it => {
  const style = getComputedStyle(it);
  return parseFloat(style.transitionDuration) > 0.01 || (style.animationName !== 'none' && parseFloat(style.animationDuration) > 0.01)
    || style.scrollBehavior === 'smooth';
}).map(it => it.outerHTML.slice(0, 120)).concat(document.getAnimations().map(String))"""
# In forced colours a background says nothing: what is a thing of its own must have an edge. (A mark is words.)
EDGELESS = """() => [...document.querySelectorAll('.button, .note, .problem, input:not([type=hidden]), select, textarea')]
  .filter(it => it.checkVisibility() && it.getBoundingClientRect().width > 1)
  .filter(it => {
    const style = getComputedStyle(it);
    const sides = ['Top', 'Right', 'Bottom', 'Left'];
    const native = ['checkbox', 'radio', 'file', 'range', 'color'].includes(it.type);
    return !native && !sides.some(side => parseFloat(style[`border${side}Width`]) > 0 && style[`border${side}Style`] !== 'none'
      && style[`border${side}Color`] !== style.backgroundColor);
  }).map(it => it.outerHTML.slice(0, 120))"""


def wrong(screen: Tab, *questions: str) -> list[str]:
    return [said for question in questions for said in screen.evaluate(question)]


def all_pages(browser: Any, services: Any, language: str, **options: Any) -> Iterator[tuple[str, Tab]]:
    with tab(browser, language, **options) as screen:
        for page in spoken(language):
            visit(screen, services, page, language)
            yield page.name, screen


@pytest.mark.parametrize("language", ["es", "fr"])
def test_nothing_is_lost_on_a_narrow_screen_spaced_out_or_enlarged(browser, services, language):
    found = {}
    for name, screen in all_pages(browser, services, language, viewport=NARROW):
        narrow = wrong(screen, SIDEWAYS, SMALL, SPACED, SIDEWAYS)
        screen.set_viewport_size(HALVED)
        screen.evaluate("document.documentElement.style.fontSize = '200%'")
        found[name] = narrow + [f"with letters twice as big: {said}" for said in wrong(screen, SIDEWAYS)]
        screen.set_viewport_size(NARROW)

    assert {name: said for name, said in found.items() if said} == {}


def test_colours_of_ones_own_keep_every_edge_and_nothing_moves_for_who_cannot_bear_it(browser, services):
    pages = all_pages(browser, services, "en", forced_colors="active", reduced_motion="reduce")

    assert {name: said for name, screen in pages if (said := wrong(screen, EDGELESS, MOVING, SIDEWAYS))} == {}


@pytest.mark.parametrize("name", ["home", "event-plenty", "form-errors"])
def test_in_forced_colours_focus_is_seen_at_every_stop(browser, services, name):
    with tab(browser, forced_colors="active", viewport=DESK) as screen:
        visit(screen, services, named(name))
        for _stop in range(30):
            screen.keyboard.press("Tab")
            ring = screen.evaluate(
                """[undefined, '::after'].map(part => getComputedStyle(document.activeElement, part))
                .some(ring => ring.outlineStyle !== 'none' && parseFloat(ring.outlineWidth) >= 2)"""
            )
            assert ring or screen.evaluate("document.activeElement === document.body"), screen.evaluate(
                "document.activeElement.outerHTML.slice(0, 120)"
            )


def test_these_questions_find_what_they_are_there_to_find(browser):
    with tab(browser, viewport=NARROW) as screen:
        screen.set_content(
            """<style>a { font-size: 8px; line-height: 1 } .cut { overflow: hidden; height: 20px; line-height: 20px; width: 90px }
            .button { border: 0 } i { transition: color 1s }</style>
            <p style="width: 900px">wide</p><ul><li><a href="/">a</a> <a href="/b">b</a></ul>
            <p class="cut">just fits here</p><button class="button">x</button><i>moves</i>"""
        )
        assert wrong(screen, SIDEWAYS)[0] == "scrolls sideways"
        assert len(wrong(screen, SMALL)) == 2
        assert "cuts off" in wrong(screen, SPACED)[0]
        assert wrong(screen, EDGELESS) == ['<button class="button">x</button>']
        assert len(wrong(screen, MOVING)) == 1
