"""PHP, for our WordPress plugin: the system's, or in CI one that Debian brings within seconds."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.servers import apt
from tests.servers.missing import Missing

PACKAGE = "php-cli"


@contextmanager
def program() -> Iterator[Path]:
    """The interpreter."""
    apt.install(PACKAGE, lambda: shutil.which("php"), "the WordPress plugin was not run, PHP could not be installed")
    if found := shutil.which("php"):
        yield Path(found)
    else:
        raise Missing(f"the WordPress plugin was not run: install PHP (apt-get install {PACKAGE})")
