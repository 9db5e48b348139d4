"""People at their phones: each has a connection of its own, kept open, and sends again what got no answer."""

import http.client
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple, Self
from urllib.parse import urlencode, urlsplit

from tests.registration.visitor import Form

PATIENCE = 60.0
"""Seconds after which a person gives up, and the storm has failed."""


class Answer(NamedTuple):
    status: int
    location: str
    text: str


@dataclass
class Connection:
    """One client's line to the service."""

    url: str
    busy: int = 0  # answers that said "later"
    broken: int = 0  # no answer: the line broke, perhaps only because it was idle for long
    _line: http.client.HTTPConnection | None = None

    def ask(self, method: str, path: str, values: dict[str, str] | None = None) -> Answer:
        """Ask until there is an answer that is one: not a broken line, not a 503."""
        until = time.monotonic() + PATIENCE
        while True:
            try:
                answer = self._ask_once(method, path, values)
            except (OSError, http.client.HTTPException):
                self.close()
                self.broken += 1
            else:
                if answer.status != 503:
                    return answer
                self.busy += 1
            if time.monotonic() > until:
                raise TimeoutError(f"{method} {path} got no answer for {PATIENCE:.0f} seconds")
            time.sleep(0.1)

    def _ask_once(self, method: str, path: str, values: dict[str, str] | None) -> Answer:
        if self._line is None:
            address = urlsplit(self.url)
            self._line = http.client.HTTPConnection("127.0.0.1", address.port, timeout=15)
        headers = {"Host": urlsplit(self.url).netloc}
        if values is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        self._line.request(method, path, urlencode(values) if values is not None else None, headers)
        response = self._line.getresponse()
        text = response.read().decode()
        return Answer(response.status, response.headers.get("Location", ""), text)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        if self._line:
            self._line.close()
        self._line = None


@dataclass
class Guest:
    """Somebody who registers."""

    url: str
    slug: str
    who: str
    answers: list[Answer] = field(default_factory=list)  # to what was sent
    sent: dict[str, str] = field(default_factory=dict)
    action: str = ""

    def __post_init__(self) -> None:
        self.line = Connection(self.url)

    @property
    def email(self) -> str:
        return f"{self.who}@example.org"

    @property
    def path(self) -> str:
        return f"/en/events/{self.slug}/register"

    def open_form(self) -> None:
        page = self.line.ask("GET", self.path)
        assert page.status == 200, page
        [(self.action, hidden)] = Form(page.text).forms
        self.sent = {**hidden, "name": self.who.title(), "email": self.email, "consent": "y"}

    def send(self) -> Answer:
        """Send the form; the same one again where nothing came back."""
        answer = self.line.ask("POST", self.action, self.sent)
        self.answers.append(answer)
        return answer

    def send_over_another_line(self) -> None:
        with Connection(self.url) as line:
            self.answers.append(line.ask("POST", self.action, self.sent))

    def look_at_result(self) -> Answer:
        return self.line.ask("GET", urlsplit(self.answers[0].location).path)


def cancel(url: str, secret: str) -> Answer:
    """Open the page of a secret link and press its button."""
    with Connection(url) as line:
        page = line.ask("GET", f"/r/{secret}/cancellation")
        [(action, hidden)] = Form(page.text).forms
        return line.ask("POST", action, hidden)


def all_at_once(deeds: Sequence[Callable[[], object]]) -> None:
    """A thread for each deed; all start together. Raises what the first of them raised, once all have ended."""
    start = threading.Barrier(len(deeds))
    faults: list[BaseException] = []

    def run(deed: Callable[[], object]) -> None:
        start.wait(PATIENCE)
        try:
            deed()
        except BaseException as fault:  # noqa: BLE001 - told to the test's own thread
            faults.append(fault)

    threads = [threading.Thread(target=run, args=(deed,)) for deed in deeds]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if faults:
        raise faults[0]
