"""Programs the tests need, from PyPI: locked in requirements/<name>.txt, hashes checked, in an environment of their own.

What they need beside themselves may so differ from what the service and its tests run on.
"""

import fcntl
import hashlib
import shutil
import subprocess
import sys
import venv
from pathlib import Path

from tests.servers.missing import Missing

LOCKS = Path(__file__).parents[2] / "requirements"


def prepare(name: str, otherwise: str) -> Path:
    """The folder with the programs, installed unless they lie there already. Workers of one run wait for the first.

    Raises Missing with `otherwise`, which says what could not be tested.
    """
    box = Path(sys.prefix) / name
    lock = LOCKS / f"{name}.txt"
    wanted = hashlib.sha256(lock.read_bytes() + sys.version.encode() + bytes(box)).hexdigest()
    mark = box / "installed"
    with box.with_suffix(".lock").open("w") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        if not mark.exists() or mark.read_text() != wanted:
            shutil.rmtree(box, ignore_errors=True)
            venv.create(box, symlinks=True)
            _install(box, lock, otherwise)
            mark.write_text(wanted)
    return box / "bin"


def _install(box: Path, lock: Path, otherwise: str) -> None:
    pip = [sys.executable, "-m", "pip", "--python", str(box / "bin" / "python"), "--disable-pip-version-check"]
    command = [*pip, "install", "--quiet", "--require-hashes", "--only-binary", ":all:", "-r", str(lock)]
    got = subprocess.run(command, capture_output=True, text=True, check=False)
    if got.returncode:
        raise Missing(f"{otherwise}: {got.stderr.strip()[-500:]}")
