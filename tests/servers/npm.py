"""Node programs the tests need, from npm: locked in requirements/<name>/, hashes checked, no script of a package run."""

import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

from tests.servers.chromium import node
from tests.servers.missing import Missing

LOCKS = Path(__file__).parents[2] / "requirements"


def prepare(name: str, otherwise: str) -> Path:
    """The folder with the packages, fetched unless they lie there already. Workers of one run wait for the first.

    Raises Missing with `otherwise`, which says what could not be tested.
    """
    box = Path(sys.prefix) / name
    wanted = hashlib.sha256((LOCKS / name / "package-lock.json").read_bytes()).hexdigest()
    mark = box / "fetched"
    with box.with_suffix(".lock").open("w") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        if not mark.exists() or mark.read_text() != wanted:
            shutil.rmtree(box, ignore_errors=True)
            shutil.copytree(LOCKS / name, box)
            _fetch(box, otherwise)
            mark.write_text(wanted)
    return box


def _fetch(box: Path, otherwise: str) -> None:
    env = {**os.environ, "PATH": f"{node().parent}{os.pathsep}{os.environ.get('PATH', '')}"}
    npm = Path(sys.prefix) / "bin" / "npm"
    command = [str(npm), "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]
    got = subprocess.run(command, cwd=box, env=env, capture_output=True, text=True, check=False)
    if got.returncode:
        raise Missing(f"{otherwise}: {got.stderr.strip()[-500:]}")
