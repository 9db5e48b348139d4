"""Packages of the system, for the few parts that no wheel brings. Nothing is installed where somebody works."""

import fcntl
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from tests.servers.missing import Missing


def install(package: str, is_there: Callable[[], object], otherwise: str) -> None:
    """In CI, as root, on a Debian: unless it is there. Workers of one run wait for the first.

    Raises Missing with `otherwise`, which says what could not be tested, where apt-get fails.
    """
    if not os.environ.get("CI") or os.geteuid() or not shutil.which("apt-get"):
        return
    with Path(sys.prefix, "apt.lock").open("w") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        if is_there():
            return
        for words in (["update", "-q"], ["install", "-y", "-q", "--no-install-recommends", package]):
            _apt(otherwise, *words)


def _apt(otherwise: str, *words: str) -> None:
    env = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    command = ["apt-get", "-o", "DPkg::Lock::Timeout=120", *words]
    got = subprocess.run(command, env=env, capture_output=True, text=True, check=False)
    if got.returncode:
        raise Missing(f"{otherwise}: {got.stderr.strip()[-500:]}")
