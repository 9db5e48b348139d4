"""libical, the calendar reader inside Evolution and KOrganizer: the system's, or in CI Debian's.

It also judges: it names what it cannot parse, and what its own tables of RFC 5545 and 5546 do not allow.
"""

import ctypes
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.servers import apt
from tests.servers.answering import Reader, answering
from tests.servers.missing import Missing

PACKAGE = "libical3"
LIBRARY = "libical.so.3"
PROGRAM = Path(__file__).with_name("libical_program.py")


class Judge(Reader):
    """A running libical that answers file by file."""

    def judge(self, file: bytes) -> list[str]:
        """Everything that is wrong with the file, in libical's words; nothing for a good one."""
        found: list[str] = self.ask([file.decode()])
        return found


@contextmanager
def reader() -> Iterator[Judge]:
    """One process for as long as it is needed: a fault of the library ends that, and no test run."""
    apt.install(PACKAGE, _is_there, "calendar files were not read by libical, which could not be installed")
    if not _is_there():
        raise Missing(f"calendar files were not read by libical: install it (apt-get install {PACKAGE})")
    with answering(sys.executable, "-S", PROGRAM, library()) as process:
        yield Judge(process)


def library() -> str:
    """The name it is loaded by; LIBICAL names another one to use."""
    return os.environ.get("LIBICAL", LIBRARY)


def _is_there() -> bool:
    try:
        ctypes.CDLL(library())
    except OSError:
        return False
    return True
