"""Run pytest with one PostgreSQL and one browser for all its workers: `python -m tests.servers [pytest options]`."""

import os
import signal
import subprocess
import sys
from contextlib import ExitStack

from tests.servers import chromium, postgres
from tests.servers.lifeline import dies_with_parent
from tests.servers.missing import Missing


def main(options: list[str]) -> int:
    """The exit code is pytest's. What is missing is said here, and again by each test that needs it."""
    with ExitStack() as servers:
        print("-- starting PostgreSQL, looking for the browser (it is fetched and unpacked the first time)", flush=True)
        try:
            os.environ["TEST_DATABASE_URL"] = servers.enter_context(postgres.server())
        except Missing as missing:
            print(f"!! {missing}", flush=True)
        try:
            program = chromium.find()
            os.environ["CHROMIUM"] = str(program.path)
        except Missing as missing:
            print(f"!! {missing}", flush=True)
        pytest = [sys.executable, "-m", "pytest", *options]
        return subprocess.run(pytest, check=False, preexec_fn=dies_with_parent(signal.SIGTERM)).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
