"""Set up what a checkout needs: system packages, the environment ``.venv`` and, for tests, real pypet in ``.oracle``.

Run by make, with the system's Python and nothing else. What is in place already is left alone, and the second time
costs a few milliseconds.
"""

import ctypes
import glob
import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
ORACLE = ROOT / ".oracle"
SYSTEM = ROOT / "packaging" / "linux" / "system.txt"
CONSTRAINTS = ROOT / "packaging" / "constraints.txt"
ORACLE_CONSTRAINTS = ROOT / "packaging" / "oracle-constraints.txt"
PYPET = "pypet==0.6.1"
OURS = "msgspec"  # by which our own equality can be imported beside pypet's
OLDEST = (3, 11)
HAS_PYPET = "import msgspec, pypet, sys; sys.exit(pypet.__version__ != '0.6.1')"


def main(what: str) -> None:
    use_python_new_enough()
    if what == "oracle":
        prepare_oracle()
        return
    stamp = VENV / f".ready-{what}"
    digest = state_of(ROOT / "pyproject.toml", CONSTRAINTS, SYSTEM)
    if (VENV / "bin" / "python").exists() and stamp.exists() and stamp.read_text() == digest:
        return
    complete = prepare_system(["run", "test"] if what == "test" else ["run"])
    prepare_environment(digest)
    if complete:
        stamp.write_text(digest)


def state_of(*files: Path) -> str:
    """What an environment was made from: it is made anew when this changes."""
    contents = b"".join(file.read_bytes() for file in files)
    return hashlib.sha256(contents + sys.version.encode() + str(ROOT).encode()).hexdigest()


def say(sentence: str) -> None:
    sys.stderr.write(sentence + "\n")
    sys.stderr.flush()


def stop(sentence: str) -> None:
    say(sentence)
    raise SystemExit(1)


# --- Python ----------------------------------------------------------------------------------------------------


def use_python_new_enough() -> None:
    """Go on with another Python of this machine when the one that started this is too old."""
    if sys.version_info >= OLDEST:
        return
    for name in ("python3.13", "python3.12", "python3.11"):
        path = shutil.which(name)
        if path:
            os.execv(path, [path, *sys.argv])
    stop(f"pexgui needs Python 3.11 or newer, and this is {sys.version.split()[0]}: make run PYTHON=/path/to/python3")


# --- system packages -------------------------------------------------------------------------------------------


def prepare_system(purposes: list) -> bool:
    """Whether everything is there. Stops when something is missing without which nothing would start."""
    if not sys.platform.startswith("linux"):
        return True
    missing = missing_packages(purposes)
    if not missing:
        return True
    needed = [package for kind, package in missing if kind in ("library", "module")]
    packages = list(dict.fromkeys(package for _, package in missing))
    if install_packages(packages):
        return True
    still = list(dict.fromkeys(package for _, package in missing_packages(purposes)))
    command = "sudo apt-get install " + " ".join(still)
    if any(package in still for package in needed):
        stop(
            f"This machine lacks some libraries. Please run this (Debian's names), then make again:\n\n    {command}\n"
        )
    say(f"Tests that need {', '.join(still)} will be skipped. To have them:\n\n    {command}\n")
    return False


def missing_packages(purposes: list) -> list:
    """``(kind, package)`` of everything in system.txt that is wanted and not there."""
    missing = []
    try:
        import ensurepip  # noqa: F401  (Debian splits it off)
        import venv  # noqa: F401
    except ImportError:
        missing.append(("module", f"python3.{sys.version_info[1]}-venv"))
    for line in SYSTEM.read_text().splitlines():
        if line and not line.startswith("#"):
            purpose, kind, what, package = line.split()
            if purpose in purposes and not is_there(kind, what):
                missing.append((kind, package))
    return missing


def is_there(kind: str, what: str) -> bool:
    if kind == "library":
        try:
            ctypes.CDLL(what)
        except OSError:
            return False
        return True
    if kind == "command":
        return shutil.which(what) is not None
    return next(glob.iglob(what, recursive=True), None) is not None


def install_packages(packages: list) -> bool:
    """Install through apt if that may be done without asking; say whether all went well."""
    apt = shutil.which("apt-get")
    if not apt:
        return False
    may = [] if os.geteuid() == 0 else ["sudo", "-n"]
    if may and (not shutil.which("sudo") or not succeeds([*may, "true"])):
        return False
    say(f"Installing {', '.join(packages)} ...")
    env = [*may, "env", "DEBIAN_FRONTEND=noninteractive"]
    install = [*env, apt, "install", "-y", "-q", "--no-install-recommends"]
    succeeds([*env, apt, "update", "-q"])
    if succeeds([*install, *packages]):
        return True
    # one package that this release does not have must not keep the others away
    return sum(not succeeds([*install, package]) for package in packages) == 0


def succeeds(command: list) -> bool:
    done = subprocess.run(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    if done.returncode and command[-1] != "true":
        sys.stderr.buffer.write(done.stdout[-2000:])
    return done.returncode == 0


# --- environments ----------------------------------------------------------------------------------------------


def prepare_environment(digest: str) -> None:
    import tomllib  # here, since an older Python gets as far as looking for a newer one

    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    made_from = VENV / ".made-from"
    if made_from.exists() and made_from.read_text() == digest:
        return
    wanted = [
        *project["build-system"]["requires"],
        *project["project"]["dependencies"],
        *project["project"]["optional-dependencies"]["dev"],
    ]
    make_venv(VENV)
    say("Installing pexgui and what it needs into .venv: the first time this takes a minute or two ...")
    pip(VENV, "-c", str(CONSTRAINTS), *wanted)
    pip(VENV, "--no-deps", "--no-build-isolation", "-e", str(ROOT))
    made_from.write_text(digest)


def prepare_oracle() -> None:
    """Real pypet in an environment of its own. Without it the tests that ask it are skipped, and say so."""
    stamp = ORACLE / ".ready"
    digest = state_of(ORACLE_CONSTRAINTS)
    if stamp.exists() and stamp.read_text() == digest:
        return
    if ORACLE.exists() and runs(ORACLE / "bin" / "python", HAS_PYPET):
        stamp.write_text(digest)
        return
    python = oracle_python()
    if not python:
        say("The real pypet needs Python 3.11 or 3.12, which is not here: the tests that ask it will be skipped.")
        return
    say("Installing the real pypet 0.6.1 into .oracle, for the tests ...")
    make_venv(ORACLE, python)
    # pypet comes as source: what builds it is pinned as well.
    pip(ORACLE, "-c", str(ORACLE_CONSTRAINTS), "setuptools", "wheel")
    pip(ORACLE, "-c", str(ORACLE_CONSTRAINTS), "--no-build-isolation", PYPET, OURS)
    if not runs(ORACLE / "bin" / "python", HAS_PYPET):
        stop("pypet 0.6.1 was installed into .oracle but cannot be imported there.")
    stamp.write_text(digest)


def oracle_python() -> str:
    for name in (sys.executable, "python3.11", "python3.12"):
        path = shutil.which(name)
        if path and runs(path, "import sys, venv, ensurepip; sys.exit(sys.version_info[:2] not in ((3, 11), (3, 12)))"):
            return path
    return ""


def make_venv(folder: Path, python: str = sys.executable) -> None:
    """Make the environment, unless it is there and its Python still starts."""
    if runs(folder / "bin" / "python", "import pip, sys; sys.exit(sys.version_info < (3, 11))"):
        return
    if subprocess.run([python, "-m", "venv", "--clear", str(folder)]).returncode:
        stop(f"The environment {folder.name} could not be made.")


def runs(python: object, code: str) -> bool:
    try:
        return subprocess.run([str(python), "-c", code], stdin=subprocess.DEVNULL, capture_output=True).returncode == 0
    except OSError:
        return False


def pip(folder: Path, *arguments: str) -> None:
    python = str(folder / "bin" / "python")
    command = [python, "-m", "pip", "install", "-q", "--disable-pip-version-check", "--no-input", *arguments]
    if subprocess.run(command, stdin=subprocess.DEVNULL).returncode:
        stop("The installation did not succeed; the reason stands above. Running make again goes on from here.")


if __name__ == "__main__":
    main(sys.argv[1])
