"""PHP, for our WordPress plugin: the system's, or in CI one that Debian brings within seconds."""

import fcntl
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.servers.missing import Missing

PACKAGE = "php-cli"


@contextmanager
def program() -> Iterator[Path]:
    """The interpreter. Nothing is installed on a machine where somebody works."""
    if os.environ.get("CI") and os.geteuid() == 0 and shutil.which("apt-get"):
        install()
    if found := shutil.which("php"):
        yield Path(found)
    else:
        raise Missing(f"the WordPress plugin was not run: install PHP (apt-get install {PACKAGE})")


def install() -> None:
    """Unless it is there. Workers of one run wait for the first."""
    with Path(sys.prefix, "php.lock").open("w") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        if shutil.which("php"):
            return
        for words in (["update", "-q"], ["install", "-y", "-q", "--no-install-recommends", PACKAGE]):
            _apt(*words)


def _apt(*words: str) -> None:
    env = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    command = ["apt-get", "-o", "DPkg::Lock::Timeout=120", *words]
    got = subprocess.run(command, env=env, capture_output=True, text=True, check=False)
    if got.returncode:
        raise Missing(f"the WordPress plugin was not run, PHP could not be installed: {got.stderr.strip()[-500:]}")
