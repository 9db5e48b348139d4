"""What happens where a real part cannot be had."""

import os
from collections.abc import Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from typing import TypeVar

import pytest

Part = TypeVar("Part")


class Missing(Exception):
    """A part is not there. The message says how to get it."""


@contextmanager
def required(part: AbstractContextManager[Part]) -> Iterator[Part]:
    """Enter a server; where it is missing the test fails in CI, and is skipped with a loud line elsewhere."""
    with ExitStack() as stack:
        try:
            entered = stack.enter_context(part)
        except Missing as missing:
            if os.environ.get("CI", "").lower() in {"1", "true", "yes"}:
                pytest.fail(str(missing), pytrace=False)
            pytest.skip(f"NOT TESTED: {missing}")
        yield entered
