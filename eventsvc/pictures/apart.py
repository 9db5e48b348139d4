"""Heavy work beside the loop that answers everybody: one piece at a time in each process, in a real thread."""

import threading
from collections.abc import Callable
from importlib import import_module
from typing import ParamSpec, TypeVar

Result = TypeVar("Result")
Given = ParamSpec("Given")

_one = threading.Lock()


def apart(work: Callable[Given, Result], /, *given: Given.args, **named: Given.kwargs) -> Result:
    """What the work gives, or its exception. It must not ask for the request, the language or the database.

    Under gevent a lock of `threading` belongs to greenlets, and work that computes would keep all of them waiting.
    """
    with _one:
        if not type(_one).__module__.startswith("gevent"):
            return work(*given, **named)
        done: list[Result] = []
        wrong: BaseException | None = (
            import_module("gevent").get_hub().threadpool.apply(_do, (lambda: done.append(work(*given, **named)),))
        )
        if wrong is not None:
            raise wrong
        return done[0]


def _do(work: Callable[[], None]) -> BaseException | None:
    """The exception as a value: one that is raised in the pool is written down there, with all it has to say."""
    try:
        work()
    except BaseException as wrong:  # noqa: BLE001 - raised again where the work was asked for
        return wrong
    return None
