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
        if type(_one).__module__.startswith("gevent"):
            pool = import_module("gevent").get_hub().threadpool
            result: Result = pool.apply_e((Exception,), work, given, named)  # `apply` would write the exception down
            return result
        return work(*given, **named)
