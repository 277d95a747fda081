"""Make a bundle: wheels of everything that tip-trends needs, each with its digest, and `install.py`.

Run in a checkout where there is internet: python -m flows.bundle FOLDER [--system Windows] [--python 3.12]
"""

from __future__ import annotations

import argparse
import hashlib
import json
import platform
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from packaging.markers import Environment
from packaging.requirements import Requirement

from flows.bundle.locked import Locked, entries, environment, needed
from flows.version import PRODUCT, code_version

PROJECT = Path(__file__).resolve().parents[2]
LOCK = PROJECT / "requirements.lock"


@dataclass(frozen=True, slots=True, kw_only=True)
class System:
    """A kind of computer: the names that conditions know it by, and the wheels that fit it."""

    sys_platform: str
    os_name: str
    machine: str
    wheels: tuple[str, ...]


SYSTEMS = {
    "Linux": System(
        sys_platform="linux",
        os_name="posix",
        machine="x86_64",
        wheels=("manylinux_2_28_x86_64", "manylinux_2_17_x86_64", "manylinux2014_x86_64", "manylinux_2_5_x86_64"),
    ),
    "Windows": System(sys_platform="win32", os_name="nt", machine="AMD64", wheels=("win_amd64",)),
    "Darwin": System(
        sys_platform="darwin",
        os_name="posix",
        machine="arm64",
        wheels=tuple(f"macosx_{version}_arm64" for version in ("11_0", "12_0", "13_0", "14_0")),
    ),
}
"""As `platform.system()` names them; 64-bit, as sold today."""


def target_environment(system: str, python: str) -> Environment:
    """What conditions of the lock are judged by on such a computer."""
    kind = SYSTEMS[system]
    return environment(
        sys_platform=kind.sys_platform,
        os_name=kind.os_name,
        platform_system=system,
        platform_machine=kind.machine,
        python_version=python,
        python_full_version=f"{python}.9",  # some release of that version that is neither its first nor to come
        implementation_name="cpython",
        platform_python_implementation="CPython",
    )


def make_bundle(folder: Path, system: str, python: str) -> int:
    """Fill an empty folder with a bundle; returns the number of packages. Raises CalledProcessError where pip fails."""
    wheels = folder / "wheels"
    wheels.mkdir(parents=True)
    packages = needed(entries(LOCK.read_text(encoding="utf-8")), target_environment(system, python))
    lock = folder / "requirements.lock"
    lock.write_text("".join(one.line() for one in packages), encoding="utf-8")
    fits = [word for wheel in SYSTEMS[system].wheels for word in ("--platform", wheel)]
    of_target = [*fits, "--python-version", python, "--implementation", "cp"]
    _pip("download", "--quiet", "--no-deps", "--only-binary=:all:", "--require-hashes", *of_target,
         "--dest", str(wheels), "--requirement", str(lock))  # fmt: skip
    _pip("wheel", "--quiet", "--no-deps", "--no-build-isolation", "--wheel-dir", str(wheels), str(PROJECT))
    with lock.open("a", encoding="utf-8") as file:
        file.write(_own_wheel(wheels).line())
    made_for = {"system": system, "python": python, "tip_trends": code_version()}
    (folder / "bundle.json").write_text(json.dumps(made_for) + "\n", encoding="utf-8")
    shutil.copyfile(Path(__file__).with_name("install.py"), folder / "install.py")
    return len(packages) + 1


def _own_wheel(wheels: Path) -> Locked:
    (path,) = wheels.glob(f"{PRODUCT.replace('-', '_')}-*.whl")
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    return Locked(requirement=Requirement(f"{PRODUCT}=={code_version()}"), hashes=(f"sha256:{digest}",))


def _pip(*words: str) -> None:
    subprocess.run([sys.executable, "-m", "pip", "--disable-pip-version-check", *words], check=True)  # noqa: S603 our own words


def main() -> int:
    """Read the command line and make the bundle."""
    parser = argparse.ArgumentParser(prog="python -m flows.bundle", description=__doc__)
    parser.add_argument("folder", type=Path, help="an empty folder, or one that is not there yet")
    parser.add_argument("--system", choices=tuple(SYSTEMS), default=platform.system(), help="default: this one")
    this = ".".join(platform.python_version_tuple()[:2])
    parser.add_argument("--python", default=this, metavar="3.X", help="default: the version of this one")
    asked = parser.parse_args()
    if asked.folder.exists() and any(asked.folder.iterdir()):
        parser.error(f"{asked.folder} is not empty")
    try:
        number = make_bundle(asked.folder, asked.system, asked.python)
    except (subprocess.CalledProcessError, LookupError) as problem:
        said = str(problem) if isinstance(problem, LookupError) else "see what pip said above"
        sys.stderr.write(f"No bundle was made: {said}.\n")
        return 1
    size = sum(path.stat().st_size for path in asked.folder.rglob("*") if path.is_file()) / 2**20
    sys.stdout.write(
        f"{asked.folder}: {number} packages, {size:.0f} MiB, for Python {asked.python} on {asked.system}\n"
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
