"""The two commands of a newcomer, the locked packages behind them, and the wheel: tried for real, without a network."""

import hashlib
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import sysconfig
import time
import tomllib
import urllib.error
import urllib.request
import venv
import zipfile
from pathlib import Path

import pytest

import dev
from eventsvc.settings import Settings

ROOT = Path(dev.__file__).parent
PINS = {name: (ROOT / "requirements" / f"{name}.txt").read_text() for name in ("run", "test")}

# Nothing of the tree or of the tests' own settings reaches the installed program.
ALONE = {name: value for name, value in os.environ.items() if not name.startswith(("EVENTSVC_", "PYTHONPATH"))}

# dev.py on a Python without ensurepip, as Debian ships it, for a caller who is or is not root.
BARE_DEBIAN = """
import os, runpy, sys
sys.modules["ensurepip"] = None
os.geteuid = lambda: {uid}
sys.argv = ["dev.py", "run"]
runpy.run_path({script!r}, run_name="__main__")
"""


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A copy of dev.py whose only requirement is a package of one line, lying beside it."""
    wheel = tmp_path / "tiny-1.0-py3-none-any.whl"
    with zipfile.ZipFile(wheel, "w") as archive:
        archive.writestr("tiny.py", "answer = 42\n")
        archive.writestr("tiny-1.0.dist-info/METADATA", "Metadata-Version: 2.1\nName: tiny\nVersion: 1.0\n")
        archive.writestr("tiny-1.0.dist-info/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
        archive.writestr("tiny-1.0.dist-info/RECORD", "")
    (tmp_path / "requirements").mkdir()
    digest = hashlib.sha256(wheel.read_bytes()).hexdigest()
    (tmp_path / "requirements" / "run.txt").write_text(f"tiny @ {wheel.as_uri()} --hash=sha256:{digest}\n")
    shutil.copy(ROOT / "dev.py", tmp_path)
    return tmp_path


def install(checkout: Path) -> "subprocess.CompletedProcess[str]":
    command = [sys.executable, "-c", "import dev; dev.install('run')"]
    return subprocess.run(command, cwd=checkout, capture_output=True, text=True, check=False)


def on_bare_debian(checkout: Path, *, uid: int, path: Path) -> str:
    script = BARE_DEBIAN.format(uid=uid, script=str(checkout / "dev.py"))
    env = {**os.environ, "PATH": str(path)}
    run = subprocess.run([sys.executable, "-c", script], env=env, capture_output=True, text=True, check=False)
    assert run.returncode == 1
    assert "Traceback" not in run.stderr
    return run.stderr


def fake_apt(folder: Path) -> Path:
    """An apt-get that writes down what it was asked for, and fails."""
    folder.mkdir()
    script = folder / "apt-get"
    script.write_text(f'#!/bin/sh\necho "$@" >> {folder}/asked\nexit 100\n')
    script.chmod(0o755)
    return folder


def test_an_old_python_is_refused_in_one_sentence() -> None:
    with pytest.raises(SystemExit, match=r"needs Python 3\.11 or newer; this is Python 3\.9"):
        dev.refuse_old_python((3, 9, 2))
    dev.refuse_old_python((3, 11, 0))


def test_without_a_command_the_usage_is_shown_and_a_wrong_one_is_an_error() -> None:
    shown = subprocess.run([sys.executable, ROOT / "dev.py"], capture_output=True, text=True, check=True).stdout
    assert "python3 dev.py run" in shown
    assert subprocess.run([sys.executable, ROOT / "dev.py", "fly"], capture_output=True, check=False).returncode == 2


def test_a_missing_venv_package_is_answered_with_the_line_to_type(checkout: Path) -> None:
    said = on_bare_debian(checkout, uid=1000, path=fake_apt(checkout / "bin"))
    assert f"sudo apt-get install -y python{sys.version_info[0]}.{sys.version_info[1]}-venv\n" in said
    assert not (checkout / "bin" / "asked").exists()


def test_root_gets_the_venv_package_without_typing(checkout: Path) -> None:
    said = on_bare_debian(checkout, uid=0, path=fake_apt(checkout / "bin"))
    asked = (checkout / "bin" / "asked").read_text().splitlines()
    package = "python{}.{}-venv".format(*sys.version_info[:2])
    assert asked == ["update -q", f"install -y -q --no-install-recommends {package}"]
    assert f"apt-get could not install {package}" in said


def test_a_system_without_apt_is_told_what_is_missing(checkout: Path) -> None:
    empty = checkout / "bin"
    empty.mkdir()
    assert "ensurepip is missing" in on_bare_debian(checkout, uid=0, path=empty)


@pytest.mark.slow
def test_packages_are_installed_once_checked_by_hash_and_again_when_the_list_changes(checkout: Path) -> None:
    first = install(checkout)
    assert first.returncode == 0, first.stderr
    assert "installing requirements/run.txt" in first.stdout
    python = checkout / ".venv" / "bin" / "python"
    assert subprocess.run([python, "-c", "import tiny, sys; sys.exit(tiny.answer)"], check=False).returncode == 42

    assert install(checkout).stdout == ""

    shutil.rmtree(next((checkout / ".venv").glob("lib/python3*/site-packages/pip")))  # as an interruption leaves it
    (checkout / ".venv" / ".run").unlink()
    assert "making the virtual environment" in install(checkout).stdout

    requirements = checkout / "requirements" / "run.txt"
    good = requirements.read_text()
    requirements.write_text(re.sub(r"sha256:\w+", "sha256:" + "0" * 64, good))
    refused = install(checkout)
    assert refused.returncode == 1
    assert "pip could not install run.txt" in refused.stderr
    requirements.write_text(good)
    assert install(checkout).stdout == ""


def test_the_package_asks_for_what_the_lock_was_made_from() -> None:
    asked = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["dependencies"]
    lines = (ROOT / "requirements" / "run.in").read_text().splitlines()
    assert asked == [line for line in lines if line and not line.startswith("#")]


@pytest.mark.parametrize("name", PINS)
def test_a_lock_has_hashes_and_names_no_registry(name: str) -> None:
    assert "://" not in PINS[name]
    packages = re.findall(r"^\S+==.*(?:\n    .*)*", PINS[name], flags=re.MULTILINE)
    assert len(packages) > 30
    assert [package for package in packages if "--hash=sha256:" not in package] == []


def test_tests_run_on_the_versions_the_service_runs_on() -> None:
    pinned = {name: set(re.findall(r"^(\S+==\S+)", text, flags=re.MULTILINE)) for name, text in PINS.items()}
    assert pinned["run"] - pinned["test"] == set()


def test_deployment_examples_name_only_settings_that_exist() -> None:
    files = [ROOT / "compose.yaml", ROOT / "Dockerfile", *(ROOT / "config" / "deploy").iterdir()]
    named = {name for file in files for name in re.findall(r"EVENTSVC_([A-Z_]+)", file.read_text())}
    assert named - {name.upper() for name in Settings.model_fields} == {"CONFIG"}


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The bin folder of an environment with the wheel in it; what it needs is borrowed from the one the tests run in."""
    place = tmp_path_factory.mktemp("wheel")
    build = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(place), str(ROOT)]
    built = subprocess.run(build, capture_output=True, text=True, check=False)
    assert built.returncode == 0, built.stdout + built.stderr
    venv.create(place / "env", with_pip=False)
    (wheel,) = place.glob("*.whl")
    pip = [sys.executable, "-m", "pip", "--python", str(place / "env" / "bin" / "python")]
    subprocess.run([*pip, "install", "--no-deps", "--no-index", str(wheel)], check=True, capture_output=True)
    (packages,) = (place / "env").glob("lib/python3*/site-packages")
    (packages / "borrowed.pth").write_text(sysconfig.get_path("purelib") + "\n")
    return place / "env" / "bin"


@pytest.mark.slow
def test_the_wheel_carries_every_file_the_service_reads(installed: Path) -> None:
    (wheel,) = installed.parents[1].glob("*.whl")
    inside = {name for name in zipfile.ZipFile(wheel).namelist() if ".dist-info/" not in name}
    expected = {f"eventsvc/{file}" for top in ("templates", "config") for file in files_below(ROOT / top, ROOT)}
    expected |= set(files_below(ROOT / "eventsvc", ROOT))
    assert inside == expected
    for folder in ("templates", "config", "static", "translations", "migrations"):
        assert any(name.startswith(f"eventsvc/{folder}/") for name in inside), folder


def files_below(folder: Path, base: Path) -> list[str]:
    files = (file for file in folder.rglob("*") if file.is_file() and "__pycache__" not in file.parts)
    return [file.relative_to(base).as_posix() for file in files]


@pytest.mark.slow
def test_the_installed_command_works_from_an_empty_folder(installed: Path, tmp_path: Path) -> None:
    where = [str(installed / "python"), "-c", "import eventsvc; print(eventsvc.__file__)"]
    shown = [str(installed / "eventsvc"), "--help"]
    assert output(where, tmp_path).startswith(str(installed.parent))
    assert "serve" in output(shown, tmp_path)
    assert list(tmp_path.iterdir()) == []


def output(command: list[str], folder: Path) -> str:
    return subprocess.run(command, cwd=folder, env=ALONE, capture_output=True, text=True, check=True).stdout


@pytest.mark.slow
def test_the_installed_service_serves_the_demo_from_an_empty_folder(installed: Path, tmp_path: Path) -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    log = tmp_path.with_suffix(".log")
    with log.open("wb") as written:
        command = [str(installed / "eventsvc"), "serve", "--demo", "--port", str(port)]
        service = subprocess.Popen(command, cwd=tmp_path, env=ALONE, stdout=written, stderr=written)
    try:
        page = first_answer(f"http://127.0.0.1:{port}/en/", service, log)
    finally:
        service.send_signal(signal.SIGTERM)
        code = service.wait(40)
    assert "<html" in page
    assert (tmp_path / "instance" / "demo").is_dir()
    assert code == 0, log.read_text()


def first_answer(url: str, service: "subprocess.Popen[bytes]", log: Path) -> str:
    for _ in range(300):
        assert service.poll() is None, log.read_text()
        try:
            with urllib.request.urlopen(url, timeout=5) as response:
                return str(response.read(), "utf-8")
        except (urllib.error.URLError, TimeoutError):
            time.sleep(0.1)
    raise AssertionError(f"no answer within 30 seconds:\n{log.read_text()}")
