"""A line between a browser and a service that can go down: before a request arrives, or after, with the answer lost."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit

SENDING = b"POST "


class Line:
    """Carries bytes both ways; `lose_requests` and `lose_answers` let it break at the next form that is sent, `down` at all."""

    def __init__(self, target: int) -> None:
        self.lose_requests = self.lose_answers = self.down = False
        self.lost = 0
        self._target = target
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://localhost:{self._listener.getsockname()[1]}"
        threading.Thread(target=self._accept, daemon=True).start()

    def mend(self) -> None:
        self.lose_requests = self.lose_answers = self.down = False

    def close(self) -> None:
        self._listener.close()

    def _accept(self) -> None:
        while True:
            try:
                client, _address = self._listener.accept()
            except OSError:  # closed
                return
            threading.Thread(target=self._carry, args=(client,), daemon=True).start()

    def _carry(self, client: socket.socket) -> None:
        with client, socket.create_connection(("127.0.0.1", self._target)) as server:
            answers = threading.Thread(target=self._answers, args=(server, client), daemon=True)
            answers.start()
            for part in _parts(client):
                if self.down or (part.startswith(SENDING) and self.lose_requests):
                    self.lost += 1
                    _hang_up(client)
                    break
                server.sendall(part)
            _hang_up(server)
            answers.join()

    def _answers(self, server: socket.socket, client: socket.socket) -> None:
        for part in _parts(server):
            if b"/registered/" in part.partition(b"\r\n\r\n")[0] and self.lose_answers:
                self.lost += 1
                break
            client.sendall(part)
        _hang_up(client)


@contextmanager
def between(service_url: str) -> Iterator[Line]:
    """In front of a service of ours: use `line.url` in its place."""
    line = Line(urlsplit(service_url).port or 80)
    try:
        yield line
    finally:
        line.close()


def _parts(source: socket.socket) -> Iterator[bytes]:
    try:
        while part := source.recv(65536):
            yield part
    except OSError:  # the other thread hung up
        return


def _hang_up(connection: socket.socket) -> None:
    try:
        connection.shutdown(socket.SHUT_RDWR)
    except OSError:
        return
