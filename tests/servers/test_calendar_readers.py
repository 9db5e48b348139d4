"""The readers are real: each refuses what is wrong, and says how to get it where it is not there."""

import hashlib
import os
import subprocess
import zipfile
from datetime import date
from pathlib import Path

import pytest

from tests.servers import apt, icaljs, khal, libical, pypi
from tests.servers.missing import Missing, required

FILE = b"\r\n".join(
    [
        b"BEGIN:VCALENDAR",
        b"VERSION:2.0",
        b"PRODID:-//a//b//EN",
        b"BEGIN:VEVENT",
        b"UID:one",
        b"DTSTAMP:20270101T000000Z",
        b"DTSTART:20270301T180000Z",
        b"DTEND:20270301T200000Z",
        b"STATUS:CONFIRMED",
        b"SUMMARY:Asamblea",
        b"END:VEVENT",
        b"END:VCALENDAR",
        b"",
    ]
)


def test_a_time_without_a_zone_is_seen_to_float() -> None:
    floating = FILE.replace(b"T180000Z", b"T180000").replace(b"T200000Z", b"T200000")
    for reader in (icaljs.reader(), libical.reader()):
        with required(reader) as program:
            zones = [program.read(file)["events"][0]["starts"]["zone"] for file in (FILE, floating)]
        assert zones == ["UTC", "floating"]


def test_what_is_no_calendar_is_a_fault_and_the_next_file_is_read() -> None:
    for reader in (icaljs.reader(), libical.reader()):
        with required(reader) as program:
            assert program.read(b"no calendar").get("fault")
            assert [event["uid"] for event in program.read(FILE)["events"]] == ["one"]


def test_libical_names_what_breaks_the_rules_of_a_method() -> None:
    with required(libical.reader()) as judge:
        assert judge.judge(FILE) == []
        found = judge.judge(FILE.replace(b"BEGIN:VEVENT", b"METHOD:REQUEST\r\nBEGIN:VEVENT"))
    assert [rule for rule in found if "ORGANIZER" in rule]


def test_a_missing_libical_is_named_with_the_line_to_type(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LIBICAL", "libical.so.none")
    monkeypatch.delenv("CI", raising=False)
    with pytest.raises(Missing, match=r"apt-get install libical3"), libical.reader():
        pass


def test_in_ci_what_is_missing_is_installed_by_root_alone(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    asked = tmp_path / "asked"
    (tmp_path / "apt-get").write_text(f'#!/bin/sh\necho "$@" >> {asked}\n')
    (tmp_path / "apt-get").chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=os.pathsep)
    for user, ci in ((1000, "true"), (0, "")):
        monkeypatch.setattr(os, "geteuid", lambda user=user: user)
        monkeypatch.setenv("CI", ci)
        apt.install("a-package", lambda: False, "not tested")
    assert not asked.exists()

    monkeypatch.setenv("CI", "true")
    apt.install("a-package", lambda: True, "not tested")
    assert not asked.exists()
    apt.install("a-package", lambda: False, "not tested")
    assert [line.split()[2:] for line in asked.read_text().splitlines()] == [
        ["update", "-q"],
        ["install", "-y", "-q", "--no-install-recommends", "a-package"],
    ]


def test_programs_from_pypi_are_installed_only_with_the_hashes_of_their_lock(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(pypi, "LOCKS", tmp_path)
    monkeypatch.setattr("sys.prefix", str(tmp_path))
    wheel, lock = tiny_wheel(tmp_path), tmp_path / "program.txt"
    lock.write_text(f"tiny @ {wheel.as_uri()} --hash=sha256:{'0' * 64}\n")
    with pytest.raises(Missing, match=r"(?s)not tested: .*Expected sha256"):
        pypi.prepare("program", "not tested")
    assert not (tmp_path / "program" / "installed").exists()

    lock.write_text(f"tiny @ {wheel.as_uri()} --hash=sha256:{hashlib.sha256(wheel.read_bytes()).hexdigest()}\n")
    programs = pypi.prepare("program", "not tested")
    assert subprocess.run([programs / "python", "-c", "import tiny"], check=False).returncode == 0


def tiny_wheel(folder: Path) -> Path:
    """A package of one line, lying on this machine."""
    wheel = folder / "tiny-1.0-py3-none-any.whl"
    with zipfile.ZipFile(wheel, "w") as archive:
        archive.writestr("tiny.py", "answer = 42\n")
        archive.writestr("tiny-1.0.dist-info/METADATA", "Metadata-Version: 2.1\nName: tiny\nVersion: 1.0\n")
        archive.writestr("tiny-1.0.dist-info/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
        archive.writestr("tiny-1.0.dist-info/RECORD", "")
    return wheel


def test_an_agenda_takes_in_what_is_opened_and_shows_it() -> None:
    with required(khal.agenda()) as mine:
        mine.take(FILE)
        (event,) = mine.events(date(2027, 2, 25), 10)
        assert mine.events(date(2027, 3, 2), 10) == []
    assert (event["uid"], event["start"], event["end"]) == ("one", "2027-03-01T18:00", "2027-03-01T20:00")
    assert not mine.folder.exists()
