"""`tip-trends demo` where only the loopback exists, its system calls written down: it reaches for nothing else."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from flows.home import ENVIRONMENT

pytestmark = pytest.mark.prefect

ADDRESS = re.compile(r"(?:sin_addr=inet_addr\(|inet_pton\(AF_INET6, )\"([^\"]+)\"")
OF_THIS_COMPUTER = re.compile(r"127\.\d+\.\d+\.\d+|::1|::ffff:127\.\d+\.\d+\.\d+")
CALLS = "connect,sendto,sendmsg,sendmmsg"


def traced(folder: Path, *words: str) -> tuple[subprocess.CompletedProcess[str], list[str]]:
    """A Python of this environment that has no network but the loopback, and all addresses that it spoke to."""
    if not all(map(shutil.which, ("unshare", "strace", "ip"))):
        pytest.skip("unshare, ip and strace are needed (Debian: util-linux, iproute2, strace)")
    apart = ["unshare", "--net"] if os.geteuid() == 0 else ["unshare", "--net", "--map-root-user"]
    watch = ["strace", "-f", "-qq", "--seccomp-bpf", "-e", f"trace={CALLS}", "-o", str(folder / "calls")]
    line = [*watch, sys.executable, *words]
    environment = {key: value for key, value in os.environ.items() if key != ENVIRONMENT and "PREFECT" not in key}
    ran = subprocess.run(
        [*apart, "sh", "-c", 'ip link set lo up && exec "$@"', "sh", *line],
        cwd=folder, env=environment, capture_output=True, text=True, timeout=540, check=False,
    )  # fmt: skip
    if "unshare" in ran.stderr and not (folder / "calls").exists():
        pytest.skip(f"this computer lets tests make no network of their own: {ran.stderr.strip()}")
    return ran, ADDRESS.findall((folder / "calls").read_text(encoding="utf-8", errors="replace"))


def test_what_reaches_out_is_seen(tmp_path: Path) -> None:
    reach = "import socket; socket.socket(socket.AF_INET, socket.SOCK_DGRAM).connect_ex(('192.0.2.1', 9))"
    _, spoken_to = traced(tmp_path, "-c", reach)
    assert spoken_to == ["192.0.2.1"]


def test_the_demo_speaks_to_this_computer_alone(tmp_path: Path) -> None:
    home = tmp_path / "home"
    ran, spoken_to = traced(tmp_path, "-m", "flows.cli", "--home", str(home), "demo")
    assert ran.returncode == 0, ran.stderr
    edition = Path(ran.stdout.splitlines()[-1])
    assert (edition / "edition.json").is_file() and edition.is_relative_to(home)
    assert len(spoken_to) > 10  # Prefect speaks to the server that it starts
    assert [address for address in spoken_to if not OF_THIS_COMPUTER.fullmatch(address)] == []
