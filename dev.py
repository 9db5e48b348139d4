#!/usr/bin/env python3
"""Run or test eventsvc from a copy of its source: the standard library only, one folder, no question asked.

python3 dev.py run  [options of `eventsvc serve`]   install what is missing, start the service with demo events
python3 dev.py test [options of pytest]             install what tests need, check the code, run all tests
"""

import hashlib
import importlib.util
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parent
ENV = ROOT / ".venv"
PYTHON = ENV / "bin" / "python"
OLDEST = (3, 11)
CHECKS = (["ruff", "check", "."], ["ruff", "format", "--check", "."], ["mypy"])


def main(arguments):
    """Do what the first argument names; the rest goes to the program behind it."""
    command, *options = arguments or ["help"]
    if command not in ("run", "test"):
        print(__doc__.strip())
        return 0 if command in ("help", "-h", "--help") else 2
    refuse_old_python(sys.version_info)
    os.chdir(ROOT)
    install(command)
    {"run": run, "test": test}[command](options)
    return 0


def run(options):
    """Become the service: signals and the exit code are its own."""
    os.execv(PYTHON, [str(PYTHON), "-m", "eventsvc", "serve", "--demo", *options])


def test(options):
    """Style, types and all tests. With options of the caller's own only pytest, for a quick round."""
    for check in CHECKS if not options else ():
        say(" ".join(check))
        if not done(PYTHON, "-m", *check):
            sys.exit(1)
    say("pytest")
    workers = str(cores() + 1)  # some tests wait for others
    os.execv(PYTHON, [str(PYTHON), "-m", "tests.servers", "-n", workers, "--dist", "worksteal", *options])


def cores():
    """Those that this process may use: a container may have few of many."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def refuse_old_python(version):
    if tuple(version[:2]) < OLDEST:
        words = "eventsvc needs Python {}.{} or newer; this is Python {}.{}. Start dev.py with a newer one."
        sys.exit(words.format(*OLDEST, *version[:2]))


def install(name):
    """Bring .venv to requirements/<name>.txt; nothing to do where that happened before."""
    requirements, mark = ROOT / "requirements" / (name + ".txt"), ENV / ("." + name)
    wanted = fingerprint(requirements)
    if not PYTHON.exists() or not mark.exists() or mark.read_text() != wanted:
        make_environment()
        say("installing requirements/{}.txt into .venv".format(name))
        pip_install(requirements)
        mark.write_text(wanted)
    link_source()


def fingerprint(requirements):
    """Changes with the file, and with the Python that would have to install it again."""
    return hashlib.sha256(requirements.read_bytes() + sys.version.encode()).hexdigest()


def make_environment():
    """A whole virtual environment; one left half-made by an interruption is made again."""
    if PYTHON.exists() and done(PYTHON, "-c", "import pip", stderr=subprocess.DEVNULL):
        return
    if importlib.util.find_spec("ensurepip") is None:
        get_ensurepip()
    say("making the virtual environment .venv")
    if not done(sys.executable, "-m", "venv", "--clear", ENV):
        sys.exit("The virtual environment could not be made; the lines above say why.")


def get_ensurepip():
    """Debian and Ubuntu leave it out of Python: root gets it here, others are told the line to type."""
    package = "python{}.{}-venv".format(*sys.version_info[:2])
    if not shutil.which("apt-get"):
        sys.exit("This Python cannot make virtual environments (ensurepip is missing). Install your system's package.")
    if os.geteuid():
        words = "This Python cannot make virtual environments. Type\n\n    sudo apt-get install -y {}\n\nand try again."
        sys.exit(words.format(package))
    say("apt-get install -y " + package)
    os.environ["DEBIAN_FRONTEND"] = "noninteractive"
    done("apt-get", "update", "-q")
    if not done("apt-get", "install", "-y", "-q", "--no-install-recommends", package):
        sys.exit("apt-get could not install {}; the lines above say why.".format(package))


def pip_install(requirements):
    """Progress by package; pip's own words only where it fails."""
    total = sum("==" in line for line in requirements.read_text().splitlines())
    command = [str(PYTHON), "-m", "pip", "install", "--disable-pip-version-check", "--require-hashes", "-r"]
    with tempfile.TemporaryFile("w+") as said:
        pip = subprocess.Popen(
            [*command, str(requirements)], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
        )
        count = 0
        for line in pip.stdout:
            said.write(line)
            if line.startswith(("Collecting ", "Requirement already satisfied: ")):
                count += 1
                show(count, total, line.split("Collecting ")[-1].split("satisfied: ")[-1].split("==")[0])
        if pip.wait():
            said.seek(0)
            sys.exit(
                "\n{}\npip could not install {}; its last lines are above.".format(
                    said.read()[-4000:], requirements.name
                )
            )
    show(total, total, "done")
    print(flush=True)


def show(count, total, name):
    """A bar that redraws itself on a terminal, a line now and then elsewhere."""
    count = min(count, total)
    if sys.stdout.isatty():
        print(
            "\r  [{:<30}] {}/{} {:<40.40}".format("#" * (30 * count // total), count, total, name.strip()),
            end="",
            flush=True,
        )
    elif count % 20 == 0 or name == "done":
        print("  {}/{} {}".format(count, total, name.strip()), flush=True)


def link_source():
    """Let `.venv/bin/eventsvc` find this folder from anywhere, also after it was moved."""
    for packages in ENV.glob("lib/python3*/site-packages"):
        (packages / "eventsvc-source.pth").write_text(str(ROOT) + "\n")
    script = ENV / "bin" / "eventsvc"
    script.write_text("#!/bin/sh\nexec '{}' -m eventsvc \"$@\"\n".format(PYTHON))
    script.chmod(0o755)


def done(*command, **options):
    """Run a program; did it succeed?"""
    return subprocess.run([str(word) for word in command], check=False, **options).returncode == 0


def say(what):
    print("-- " + what, flush=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
