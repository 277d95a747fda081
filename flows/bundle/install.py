"""Install tip-trends from this folder, without internet. Needs nothing but Python: python install.py [FOLDER]

Copied into every bundle beside the wheels; it must run before anything is installed.
"""

from __future__ import annotations

import json
import os
import platform
import subprocess
import sys
import venv
from pathlib import Path


def main() -> int:
    """Make an environment in FOLDER (default: tip-trends in the user's own folder) and install into it."""
    bundle = Path(__file__).resolve().parent
    made_for = json.loads((bundle / "bundle.json").read_text(encoding="utf-8"))
    here = (platform.system(), ".".join(platform.python_version_tuple()[:2]))
    if here != (made_for["system"], made_for["python"]):
        return _no(
            f"This bundle is for Python {made_for['python']} on {made_for['system']}; "
            f"this is Python {here[1]} on {here[0]}.",
            f"Install Python {made_for['python']}, or ask for a bundle for {here[0]} and Python {here[1]}.",
        )
    folder = Path(sys.argv[1] if len(sys.argv) > 1 else Path.home() / "tip-trends").resolve()
    if folder.exists() and any(folder.iterdir()) and not (folder / "pyvenv.cfg").exists():
        return _no(f"{folder} holds other files.", "Name an empty folder: python install.py FOLDER")
    _say(f"Installing into {folder} (one to three minutes) ...")
    try:
        venv.create(folder, with_pip=True)
    except (OSError, subprocess.CalledProcessError):
        return _no(f"No environment could be made in {folder}.", "On Debian and Ubuntu, install python3-venv first.")
    programs = folder / ("Scripts" if os.name == "nt" else "bin")
    pip = [str(programs / "python"), "-m", "pip", "--isolated", "--disable-pip-version-check", "install", "--quiet"]
    only_from_here = ["--no-index", "--find-links", str(bundle / "wheels"), "--no-deps", "--require-hashes"]
    done = subprocess.run([*pip, *only_from_here, "-r", str(bundle / "requirements.lock")], check=False)  # noqa: S603 our own words
    if done.returncode:
        return _no("A file of the bundle is missing or was altered; see above.", "Copy the whole bundle again.")
    _say(f"Done. Try it: {programs / 'tip-trends'} --home demo-home demo")
    return 0


def _say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def _no(what: str, remedy: str) -> int:
    sys.stderr.write(f"{what}\n{remedy}\n")
    return 1


if __name__ == "__main__":
    sys.exit(main())
