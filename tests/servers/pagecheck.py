"""html-validate, a strict reader of HTML and of what it asks for people with a screen reader."""

import json
import subprocess
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from pathlib import Path

from tests.servers import npm
from tests.servers.chromium import node
from tests.servers.lifeline import dies_with_parent

Faults = dict[str, list[str]]
"""By the name of a page: place, rule and sentence of each fault."""

SCRIPT = Path(__file__).with_suffix(".mjs")
RULES: dict[str, object] = {
    # We write it small, as the rest of the page.
    "doctype-style": ["error", {"style": "lowercase"}],
    # Hashes guard against what others send; ours comes from where the page came from, under a name that is its hash.
    "require-sri": ["error", {"target": "crossorigin"}],
    # The summary of errors stands before the h1, so that it is read first.
    "heading-level": ["error", {"minInitialRank": "h2"}],
    # The boxes of one question share its name, as its radio buttons would.
    "form-dup-name": ["error", {"shared": ["radio", "checkbox", "button", "reset", "submit"]}],
    # A button in a form sends it, as HTML says; we never mean another one.
    "no-implicit-button-type": "off",
    # The title of an event is its organizers' affair, and belongs whole into the title of its page.
    "long-title": "off",
}
"""Where we ask something else than its recommended rules and those on accessibility, and why."""


@contextmanager
def reader() -> Iterator[Callable[[Mapping[str, str]], Faults]]:
    """A function that reads pages by name. Raises Missing where the packages cannot be had."""
    yield partial(_read, npm.prepare("pagecheck", "pages were not read by html-validate, which could not be fetched"))


def _read(library: Path, pages: Mapping[str, str]) -> Faults:
    """What is wrong with these pages; those without a fault are left out. One process for all."""
    command = [str(node()), str(SCRIPT), str(library), json.dumps(RULES)]
    read = subprocess.run(
        command, input=json.dumps(pages), capture_output=True, text=True, check=True, preexec_fn=dies_with_parent()
    )
    found: Faults = json.loads(read.stdout)
    return found
