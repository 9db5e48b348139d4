"""Somebody with a browser: reads the token of a page before sending its form, and may be signed in."""

import re
from typing import Any, Self

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from eventsvc.accounts import signing_in
from eventsvc.db import transaction

_TOKEN = re.compile(r'name="csrf_token"[^>]*value="([^"]+)"')


def token_in(page: TestResponse) -> str:
    """The token of the first form of this page."""
    found = _TOKEN.search(page.text)
    assert found, f"no form on this page: {page.status_code} {page.request.path}"
    return found[1]


class Visitor:
    def __init__(self, client: FlaskClient) -> None:
        self.client = client

    def sign_in(self, address: str) -> Self:
        """By a link made by hand: opened, and its button pressed."""
        with self.client.application.app_context(), transaction():
            path = signing_in.make_sign_in_link(address)
        answer = self.post(path, page=path)
        assert answer.status_code == 303
        return self

    def get(self, path: str) -> TestResponse:
        return self.client.get(path)

    def post(
        self, path: str, data: dict[str, Any] | None = None, *, page: str = "/organize/", **options: Any
    ) -> TestResponse:
        """Send a form with the token of the page it stands on."""
        token = token_in(self.client.get(page))
        return self.client.post(path, data={"csrf_token": token, **(data or {})}, **options)
