"""A small client for load: one process, some connections kept open, each sends its next request when it has its answer.

It reads as little as it can (the status, Content-Length) and so takes a fraction of what the servers take.
"""

import re
import selectors
import socket
import time
from dataclasses import dataclass

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
                if self._is_whole(key.data):
                    answers += 1
                    key.data.clear()
                    line.sendall(self.request)
        return answers

    def _is_whole(self, answer: bytearray) -> bool:
        head = answer.find(b"\r\n\r\n")
        if head < 0:
            return False
        if answer[9:12] != self.status:
            raise WrongAnswer(bytes(answer[:200]))
        if self.status in _NO_BODY:
            return True
        found = _LENGTH.search(answer, 0, head)
        return found is not None and len(answer) - head - 4 >= int(found[1])


def get(host: str, path: str, **headers: str) -> bytes:
    """A GET as it goes over the line."""
    fields = {"Host": host, "Accept-Encoding": "identity"} | {name.replace("_", "-"): v for name, v in headers.items()}
    return "\r\n".join(
        [f"GET {path} HTTP/1.1", *(f"{name}: {value}" for name, value in fields.items()), "", ""]
    ).encode()
