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


def main(arguments):
    """Do what the first argument names; the rest goes to the program behind it."""
    command, *rest = arguments or ["help"]
    if command not in ("run", "test"):
        print(__doc__.strip())
        return 0 if command in ("help", "-h", "--help") else 2
    refuse_old_python()
    install(command)
    os.chdir(ROOT)
    return run(rest) if command == "run" else test(rest)


def run(options):
    """Become the service: signals and the exit code are its own."""
    os.execv(PYTHON, [str(PYTHON), "-m", "eventsvc", "serve", "--demo", *options])


def test(options):
    """Lint, types and all tests; with options of the caller's own only pytest, for the quick round."""
    if not options:
        for step in (["ruff", "check", "."], ["ruff", "format", "--check", "."], ["mypy"]):
            say(" ".join(step))
            code = subprocess.run([str(PYTHON), "-m", *step], cwd=ROOT).returncode
            if code:
                return code
    say("pytest")
    os.execv(PYTHON, [str(PYTHON), "-m", "tests.servers", "-n", "auto", *options])


def refuse_old_python(version=sys.version_info):
    if tuple(version[:2]) < OLDEST:
        sys.exit("eventsvc needs Python {}.{} or newer; this is Python {}.{}. Start dev.py with a newer one.".format(*OLDEST, *version[:2]))


def install(name):
    """Bring the virtual environment to exactly requirements/<name>.txt; nothing to do if it was the last time."""
    requirements, mark = ROOT / "requirements" / (name + ".txt"), ENV / ("." + name)
    wanted = fingerprint(requirements)
    if not PYTHON.exists() or not mark.exists():
        make_environment()
    if not mark.exists() or mark.read_text() != wanted:
        say("installing requirements/{}.txt into .venv".format(name))
        pip_install(requirements)
        mark.write_text(wanted)
    link_source()


def fingerprint(requirements):
    """Changes with the file, and with the Python that would have to install it again."""
    return hashlib.sha256(requirements.read_bytes() + sys.version.encode()).hexdigest()


def make_environment():
    if PYTHON.exists() and subprocess.run([str(PYTHON), "-m", "pip", "--version"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL).returncode == 0:
        return
    if importlib.util.find_spec("ensurepip") is None:
        get_ensurepip()
    say("making the virtual environment .venv")
    made = subprocess.run([sys.executable, "-m", "venv", "--clear", str(ENV)])
    if made.returncode:
        sys.exit("The virtual environment could not be made; the lines above say why.")


def get_ensurepip():
    """Debian and Ubuntu ship Python without it; as root we fetch it, others are told the line to type."""
    package = "python{}.{}-venv".format(*sys.version_info[:2])
    if not shutil.which("apt-get"):
        sys.exit("This Python has no ensurepip, so no virtual environment can be made. Install your system's package for python venv.")
    if os.geteuid():
        sys.exit("This Python has no ensurepip. Install it with:\n\n    sudo apt-get install -y {}\n\nand start dev.py again.".format(package))
    say("apt-get install {}".format(package))
    quiet = dict(os.environ, DEBIAN_FRONTEND="noninteractive")
    subprocess.run(["apt-get", "update", "-q"], env=quiet)
    if subprocess.run(["apt-get", "install", "-y", "-q", "--no-install-recommends", package], env=quiet).returncode:
        sys.exit("apt-get could not install {}; the lines above say why.".format(package))


def pip_install(requirements):
    """One line of progress for each package; pip's own words only if it fails."""
    total = sum("==" in line for line in requirements.read_text().splitlines())
    command = [str(PYTHON), "-m", "pip", "install", "--disable-pip-version-check", "--require-hashes", "-r", str(requirements)]
    with tempfile.TemporaryFile("w+") as said:
        pip = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        done = 0
        for line in pip.stdout:
            said.write(line)
            if line.startswith(("Collecting ", "Requirement already satisfied: ")):
                done = min(done + 1, total)
                progress(done, total, line.split(": ")[-1].replace("Collecting ", "").split("==")[0])
            elif line.startswith("Installing collected"):
                progress(total, total, "unpacking", last=True)
        if pip.wait():
            said.seek(0)
            sys.exit("\n" + said.read()[-4000:] + "\npip could not install {}; its last lines are above.".format(requirements.name))


def progress(done, total, name, last=False):
    """A bar that redraws itself on a terminal; elsewhere a line now and then."""
    if sys.stdout.isatty():
        bar = "#" * (30 * done // total)
        print("\r  [{:<30}] {}/{} {:<32.32}".format(bar, done, total, name.strip()), end="\n" if last else "", flush=True)
    elif last or done % 10 == 1:
        print("  {}/{} {}".format(done, total, name.strip()), flush=True)


def link_source():
    """Let .venv/bin/eventsvc and `import eventsvc` find this folder from everywhere, also after it was moved."""
    for packages in ENV.glob("lib/python3*/site-packages"):
        (packages / "eventsvc-source.pth").write_text(str(ROOT) + "\n")
    script = ENV / "bin" / "eventsvc"
    script.write_text("#!/bin/sh\nexec '{}' -m eventsvc \"$@\"\n".format(PYTHON))
    script.chmod(0o755)


def say(what):
    print("-- " + what, flush=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
