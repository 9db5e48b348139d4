"""Somebody else's web site: another origin, with pages of its own that show ours in frames.

with neighbour.site() as theirs:
    theirs.pages["/"] = "<h1>Our union</h1><iframe src=…></iframe>"
    browser.goto(f"{theirs.url}/")
"""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from tests.servers.https import Certificate


@dataclass(frozen=True)
class Neighbour:
    """Its address (127.0.0.1: to a browser another site than localhost, where we are) and its pages by path."""

    url: str
    pages: dict[str, str] = field(default_factory=dict)

    def shows(self, body: str, path: str = "/") -> str:
        """Put a page up; its address."""
        self.pages[path] = f"<!doctype html><html lang=en><title>Our union</title><h1>Our union</h1>{body}"
        return self.url + path


@contextmanager
def site(certificate: Certificate | None = None) -> Iterator[Neighbour]:
    """Over https where there is a certificate."""
    pages: dict[str, str] = {}

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            page = pages.get(self.path)
            body = (page or "").encode()
            self.send_response(200 if page else 404)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: Any) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        if certificate:
            server.socket = certificate.for_servers().wrap_socket(server.socket, server_side=True)
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        scheme = "https" if certificate else "http"
        try:
            yield Neighbour(f"{scheme}://127.0.0.1:{server.server_port}", pages)
        finally:
            server.shutdown()
            thread.join()
