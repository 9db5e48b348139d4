"""No server outlives the tests that started it, not even tests that were killed."""

import ctypes
import fcntl
import os
import shutil
import signal
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

PREFIX = "evtest-"
PR_SET_PDEATHSIG = 1  # prctl(2)


def dies_with_parent(number: int = signal.SIGKILL) -> Callable[[], None] | None:
    """For `Popen(preexec_fn=…)`: the kernel signals the child when the thread that started it ends. Linux only.

    Popen changes the user before it calls preexec_fn, so the wish survives (a change of user would erase it).
    """
    if sys.platform != "linux":
        return None
    libc = ctypes.CDLL(None, use_errno=True)

    def ask() -> None:
        libc.prctl(PR_SET_PDEATHSIG, number, 0, 0, 0)

    return ask


@contextmanager
def short_folder() -> Iterator[Path]:
    """A folder with a path short enough for sockets (107 bytes), gone afterwards; those of killed runs go as well."""
    sweep(Path(tempfile.gettempdir()))
    folder = Path(tempfile.mkdtemp(prefix=PREFIX))
    with (folder / "held").open("w") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        try:
            yield folder
        finally:
            shutil.rmtree(folder, ignore_errors=True)


def sweep(place: Path) -> None:
    """Remove what killed runs left: our folders of which nobody holds the lock any more."""
    for left in place.glob(f"{PREFIX}*/held"):
        try:
            if left.stat().st_uid != os.geteuid():
                continue
            with left.open() as held:
                fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
                shutil.rmtree(left.parent, ignore_errors=True)
        except OSError:  # held by a run that is alive, or removed under our hands by another
            continue
