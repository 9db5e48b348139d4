"""What each page weighs on its way to a browser, headers included, on a first visit and on a second one."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import Browser
from playwright.sync_api import Page as Tab

from tests.pages.inventory import Page, spoken
from tests.pages.stage import Stage
from tests.pages.visiting import tab, visit

KINDS = {"Document": "html", "Stylesheet": "css", "Script": "script", "Image": "pictures", "Fetch": "icon"}
COLUMNS = ("html", "css", "script", "pictures", "icon", "other")
# A lazy picture is asked for when it comes near; a headless browser never asks for the icon.
ALL_PICTURES = """async () => {
  for (const image of document.images) image.loading = 'eager';
  await Promise.all([...document.images].map(image => image.decode().catch(() => null)));
  for (const icon of document.querySelectorAll('link[rel=icon]')) await (await fetch(icon.href)).blob();
}"""
BLOCKING = "performance.getEntriesByType('resource').filter(r => r.renderBlockingStatus === 'blocking').length"


@dataclass
class Visit:
    """Bytes over the wire by kind, and who was asked."""

    sizes: Counter[str] = field(default_factory=Counter)
    requests: int = 0
    hosts: set[str] = field(default_factory=set)
    before_paint: int = 0
    status: int = 0

    @property
    def total(self) -> int:
        return self.sizes.total()

    @property
    def without_pictures(self) -> int:
        return self.total - self.sizes["pictures"]


@dataclass(frozen=True)
class Weight:
    """What one page weighs. The answer to a form is not visited a second time."""

    page: Page
    first: Visit
    second: Visit | None
    strangers: frozenset[str]


def weights(browser: Browser, stage: Stage, language: str = "en") -> Iterator[Weight]:
    """Every page, each as the first thing a phone ever sees of the service."""
    # With a fine screen, for which browsers take larger pictures.
    with tab(browser, language, device_scale_factor=3) as phone:
        wire = Wire(phone)
        for page in spoken(language):
            yield _weigh(wire, stage, page, language)


class Wire:
    """Listens to what a tab asks for and gets."""

    def __init__(self, phone: Tab) -> None:
        self.phone = phone
        self.visit = Visit()
        self._kinds: dict[str, str] = {}
        self._under_way: set[str] = set()
        self._session = phone.context.new_cdp_session(phone)
        for name in ("requestWillBeSent", "requestServedFromCache", "responseReceived", "loadingFinished"):
            self._session.on(f"Network.{name}", getattr(self, f"_{name}"))
        self._session.send("Network.enable")

    def forget(self) -> None:
        """Let the next visit be a first one."""
        self._session.send("Network.clearBrowserCache")

    def look(self, stage: Stage, page: Page, language: str) -> Visit:
        answer = visit(self.phone, stage, page, language)
        before_paint = 1 + int(self.phone.evaluate(BLOCKING))
        self.phone.evaluate(ALL_PICTURES)
        while self._under_way:  # the last events come in their own time
            self.phone.wait_for_timeout(5)
        self.visit.before_paint, self.visit.status = before_paint, answer.status
        return self.visit

    def _requestWillBeSent(self, event: dict[str, Any]) -> None:  # noqa: N802 - named after the protocol's event
        key, url = event["requestId"], urlsplit(event["request"]["url"])
        if not url.scheme.startswith("http"):
            return
        if event["type"] == "Document" and key not in self._kinds:
            self.visit = Visit()
        self._kinds[key] = KINDS.get(event["type"], "other")
        self._under_way.add(key)
        self.visit.requests += 1
        self.visit.hosts.add(url.netloc)

    def _requestServedFromCache(self, event: dict[str, Any]) -> None:  # noqa: N802
        if event["requestId"] in self._kinds:
            self.visit.requests -= 1

    def _responseReceived(self, event: dict[str, Any]) -> None:  # noqa: N802
        if event["response"].get("fromDiskCache"):
            self._requestServedFromCache(event)

    def _loadingFinished(self, event: dict[str, Any]) -> None:  # noqa: N802
        if event["requestId"] in self._under_way:
            self.visit.sizes[self._kinds[event["requestId"]]] += int(event["encodedDataLength"])
            self._under_way.discard(event["requestId"])


def _weigh(wire: Wire, stage: Stage, page: Page, language: str) -> Weight:
    wire.forget()
    first = wire.look(stage, page, language)
    second = None if page.sends is not None else wire.look(stage, page, language)
    own = urlsplit(stage.address(page, language)).netloc
    return Weight(page, first, second, frozenset((first.hosts | (second.hosts if second else set())) - {own}))


def table(found: list[Weight]) -> str:
    """One line per page, in bytes."""
    heads = ("page", *COLUMNS, "all", "requests", "to paint", "again", "requests", "strangers")
    lines = [f"{heads[0]:24}" + "".join(f"{head:>10}" for head in heads[1:])]
    for each in found:
        figures: list[object] = [each.first.sizes[name] for name in COLUMNS]
        figures += [each.first.total, each.first.requests, each.first.before_paint]
        figures += [each.second.total, each.second.requests] if each.second else ["", ""]
        lines.append(f"{each.page.name:24}" + "".join(f"{figure!s:>10}" for figure in (*figures, len(each.strangers))))
    return "\n".join(lines)
