"""Set up `.venv` from `requirements.lock`; does nothing while lock, project and Python are unchanged.

Run with the Python that the project shall use. Written so that an old Python reaches the line that refuses it.
"""

import hashlib
import os
import shutil
import subprocess
import sys
import time

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
VENV = os.path.join(ROOT, ".venv")
MARKER = os.path.join(VENV, "set-up")
BIN = os.path.join(VENV, "Scripts" if os.name == "nt" else "bin")


def make_marker():
    """Return what the marker file must say: this Python, this folder (scripts hold its path), and what to install."""
    digest = hashlib.sha256()
    for name in ("requirements.lock", "pyproject.toml"):
        with open(os.path.join(ROOT, name), "rb") as opened:
            digest.update(opened.read())
    return " ".join([sys.version.split()[0], sys.base_prefix, ROOT, digest.hexdigest()])


def read_marker():
    """Return what the marker file says; empty where there is none."""
    try:
        with open(MARKER) as opened:
            return opened.read()
    except (IOError, OSError):
        return ""


def say(line):
    """Print what is being done, before it is done."""
    print("setup: " + line)
    sys.stdout.flush()


def run(*command):
    """Run one step of the set-up; its failure ends it with one line."""
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    output = process.communicate()[0]
    code = process.returncode
    if code:
        sys.stdout.write(output.decode("utf-8", "replace"))
        sys.exit("setup: this step failed with exit code %d, mend it and start again: %s" % (code, " ".join(command)))


def compile_kernels():
    """Compile what the stages run as machine code, so that no first command waits for it; show progress."""
    code = subprocess.call([os.path.join(BIN, "python"), "-m", "storyfold.kernels"], cwd=ROOT)
    if code:
        sys.exit("setup: compiling the kernels failed with exit code %d; mend it and start again" % code)


def main():
    """Check the Python, then install, then write the marker file: last, so that a broken set-up is done again."""
    if not (3, 11) <= sys.version_info[:2] <= (3, 13):
        version = sys.version.split()[0]
        sys.exit(
            "setup: Python 3.11 to 3.13 is needed, %s is %s; name another with PYTHON=" % (sys.executable, version)
        )
    if read_marker() == make_marker():
        return
    started = time.time()
    # where .venv itself is active, the Python that it was made with, as .venv is removed here
    python = getattr(sys, "_base_executable", sys.executable) if sys.prefix != sys.base_prefix else sys.executable
    say("making .venv with Python %s" % sys.version.split()[0])
    shutil.rmtree(VENV, ignore_errors=True)
    run(python, "-m", "venv", VENV)
    pip = [os.path.join(BIN, "python"), "-m", "pip", "--disable-pip-version-check", "install", "--quiet", "--no-deps"]
    say("installing from requirements.lock: about 1.2 GB, a minute or two")
    # the lock is complete, so nothing is resolved: pip 23.2 cannot resolve extras (`sqlalchemy[asyncio]`) by hash
    run(*(pip + ["--require-hashes", "-r", "requirements.lock"]))
    run(*(pip + ["--no-build-isolation", "--editable", "."]))
    run(os.path.join(BIN, "python"), "-m", "pip", "--disable-pip-version-check", "check")
    compile_kernels()
    with open(MARKER, "w") as opened:
        opened.write(make_marker())
    say("done in %d seconds" % (time.time() - started))


if __name__ == "__main__":
    main()
