"""A small client for load: one process, some connections kept open, each sends its next request when it has its answer.

It reads as little as it can (the status, Content-Length) and so takes a fraction of what the servers take.
"""

import math
import re
import selectors
import socket
import time
from collections.abc import Sequence
from dataclasses import dataclass, field

_LENGTH = re.compile(rb"(?i)\r\ncontent-length: *(\d+)")
_NO_BODY = frozenset({b"304", b"204"})


class WrongAnswer(Exception):
    """An answer of another status than was expected: what was measured is not what was meant."""


@dataclass
class Load:
    """What to send, and what must come back."""

    port: int
    request: bytes
    status: bytes
    connections: int = 16

    def run(self, seconds: float) -> float:
        """Answers a second."""
        with selectors.DefaultSelector() as ready:
            lines = [self._open() for _ in range(self.connections)]
            for line in lines:
                ready.register(line, selectors.EVENT_READ, bytearray())
                line.sendall(self.request)
            begun = time.perf_counter()
            answers = self._turn(ready, begun + seconds)
            took = time.perf_counter() - begun
            for line in lines:
                line.close()
        return answers / took

    def _open(self) -> socket.socket:
        line = socket.create_connection(("127.0.0.1", self.port), timeout=30)
        line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return line

    def _turn(self, ready: selectors.BaseSelector, until: float) -> int:
        answers = 0
        while time.perf_counter() < until:
            for key, _ in ready.select(1):
                line: socket.socket = key.fileobj  # type: ignore[assignment]  # sockets are all we registered
                got = line.recv(262_144)
                if not got:
                    raise WrongAnswer("the server hung up")
                key.data.extend(got)
                if is_whole(key.data, self.status):
                    answers += 1
                    key.data.clear()
                    line.sendall(self.request)
        return answers


@dataclass
class Visits:
    """Visitors who come at a fixed rate, whether or not those before have been served, each with one request."""

    port: int
    requests: Sequence[bytes]  # in turn
    rate: float  # a second
    _idle: list[socket.socket] = field(default_factory=list)
    _took: list[float] = field(default_factory=list)

    def run(self, seconds: float) -> list[float]:
        """How many milliseconds each took from the moment at which it was due, in ascending order; infinite where the
        service was too busy."""
        begun, number, most = time.perf_counter(), 0, int(self.rate * seconds)
        with selectors.DefaultSelector() as ready:
            while len(self._took) < most:
                due = begun + number / self.rate
                if number < most and time.perf_counter() >= due:
                    self._send(ready, self.requests[number % len(self.requests)], due)
                    number += 1
                    continue
                for key, _ in ready.select(max(0.0, due - time.perf_counter()) if number < most else 1):
                    self._receive(ready, key)
            for line in self._idle:
                line.close()
        return sorted(self._took)

    def _send(self, ready: selectors.BaseSelector, request: bytes, due: float) -> None:
        if self._idle:
            line = self._idle.pop()
        else:
            line = socket.create_connection(("127.0.0.1", self.port), timeout=30)
            line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            ready.register(line, selectors.EVENT_READ)
        ready.modify(line, selectors.EVENT_READ, (due, request, bytearray()))
        line.sendall(request)

    def _receive(self, ready: selectors.BaseSelector, key: selectors.SelectorKey) -> None:
        line: socket.socket = key.fileobj  # type: ignore[assignment]  # sockets are all we registered
        got = line.recv(262_144)
        if not got:
            ready.unregister(line)
            line.close()
        if line in self._idle:  # the server hung up on a line that was idle for long
            self._idle.remove(line)
            return
        due, request, answer = key.data
        if not got:
            self._send(ready, request, due)
            return
        answer.extend(got)
        refused = answer[9:12] == b"503"
        if is_whole(answer, b"503" if refused else b"200"):
            self._took.append(math.inf if refused else (time.perf_counter() - due) * 1000)
            self._idle.append(line)


def is_whole(answer: bytearray, status: bytes) -> bool:
    """Has all of it arrived? Raises WrongAnswer where it has another status."""
    head = answer.find(b"\r\n\r\n")
    if head < 0:
        return False
    if answer[9:12] != status:
        raise WrongAnswer(bytes(answer[:200]))
    if status in _NO_BODY:
        return True
    found = _LENGTH.search(answer, 0, head)
    return found is not None and len(answer) - head - 4 >= int(found[1])


def get(host: str, path: str, **headers: str) -> bytes:
    """A GET as it goes over the line."""
    fields = {"Host": host, "Accept-Encoding": "identity"} | {name.replace("_", "-"): v for name, v in headers.items()}
    return "\r\n".join(
        [f"GET {path} HTTP/1.1", *(f"{name}: {value}" for name, value in fields.items()), "", ""]
    ).encode()
