"""The install resolves on every system we support, from wheels alone.

Essentia has wheels for some systems only: there, and nowhere else, the markers ask for it.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import pytest
from packaging.requirements import Requirement
from support.peers import unavailable

PYTHONS = ("3.10", "3.11", "3.12")


@dataclass(frozen=True, slots=True)
class Machine:
    """name; platform: as uv calls it; macos: its version; version: what `platform.version()` says;
    essentia: whether Essentia has wheels for it."""

    name: str
    system: str
    machine: str
    platform: str
    version: str
    essentia: bool
    release: str = ""
    macos: str = "11.0"

    def markers(self, python: str) -> dict[str, str]:
        return {
            "sys_platform": self.system,
            "platform_machine": self.machine,
            "platform_version": self.version,
            "platform_release": self.release,
            "python_version": python,
        }


_DARWIN = "Darwin Kernel Version {}: Thu Oct 10 21:05:14 PDT; root:xnu-11215.41.3~2/RELEASE"
MACHINES = (
    Machine(
        "Windows", "win32", "AMD64", "x86_64-pc-windows-msvc", "10.0.22631", False, release="10"
    ),
    Machine(
        "Debian",
        "linux",
        "x86_64",
        "x86_64-unknown-linux-gnu",
        "#1 SMP PREEMPT_DYNAMIC Debian 6.1.76-1",
        True,
        release="6.1.0-18-amd64",
    ),
    Machine(
        "Raspberry Pi",
        "linux",
        "aarch64",
        "aarch64-unknown-linux-gnu",
        "#1 SMP PREEMPT Debian 1:6.6.51-1+rpt3",
        False,
        release="6.6.51+rpt-rpi-v8",
    ),
    *(
        Machine(
            f"macOS {macos} {machine}",
            "darwin",
            machine,
            f"{'aarch64' if machine == 'arm64' else machine}-apple-darwin",
            _DARWIN.format(darwin),
            essentia,
            release=darwin,
            macos=macos,
        )
        for macos, darwin, machine, essentia in (
            ("14.0", "23.1.0", "arm64", False),
            ("15.0", "24.1.0", "arm64", True),
            ("26.0", "25.0.0", "arm64", True),
            ("13.0", "22.1.0", "x86_64", False),
            ("14.0", "23.1.0", "x86_64", True),
            ("15.0", "24.1.0", "x86_64", True),
        )
    ),
)


def wanted_by(machine: Machine, python: str, requirements: Sequence[str]) -> list[str]:
    """The requirements whose markers hold there, without the markers."""
    wanted = []
    for requirement in map(Requirement, requirements):
        if requirement.marker is None or requirement.marker.evaluate(machine.markers(python)):
            requirement.marker = None
            wanted.append(str(requirement))
    return wanted


def resolve(machine: Machine, python: str, wanted: Sequence[str]) -> tuple[bool, str]:
    """Whether pip could install all of it there from wheels, and what uv says."""
    options = ["--only-binary", ":all:", "--no-annotate", "--no-header", "--quiet"]
    # Told which interpreter to ask, uv does not go through all those of the machine.
    where = [
        "--python",
        sys.executable,
        "--python-platform",
        machine.platform,
        "--python-version",
        python,
    ]
    done = subprocess.run(
        [sys.executable, "-m", "uv", "pip", "compile", *options, *where, "-"],
        input="\n".join(wanted),
        env={**os.environ, "MACOSX_DEPLOYMENT_TARGET": machine.macos, "UV_HTTP_TIMEOUT": "60"},
        capture_output=True,
        text=True,
    )
    return done.returncode == 0, done.stdout + done.stderr


@pytest.fixture(scope="module")
def registry() -> None:
    """Skips where no registry of packages answers; in CI one must."""
    answers, said = resolve(MACHINES[0], "3.12", ["mido"])
    if not answers:
        unavailable(f"no registry of packages answers: {said[-200:]}")


@pytest.mark.parametrize("machine", MACHINES, ids=lambda m: m.name)
def test_essentia_is_asked_for_where_it_has_wheels(
    machine: Machine, requirements: list[str]
) -> None:
    for python in PYTHONS:
        wanted = wanted_by(machine, python, requirements)
        asked = [line for line in wanted if line.startswith("essentia-tensorflow")]
        assert len(asked) == machine.essentia


def test_no_marker_reads_the_kernels_name(requirements: list[str]) -> None:
    """pip 24.1 to 25.3 stop with 'Invalid version' at one, on most Linux systems."""
    assert "platform_release" not in " ".join(requirements)


@pytest.mark.timeout(600)
@pytest.mark.usefixtures("registry")
def test_every_machine_installs_from_wheels(requirements: list[str]) -> None:
    tasks = [(machine, python) for machine in MACHINES for python in PYTHONS]

    def try_one(task: tuple[Machine, str]) -> str:
        wanted = wanted_by(*task, requirements)
        good, said = resolve(*task, wanted)
        return "" if good else f"{task[0].name}, Python {task[1]}: {said}"

    with ThreadPoolExecutor(6) as pool:
        troubles = [trouble for trouble in pool.map(try_one, tasks) if trouble]
    assert troubles == []


@pytest.mark.timeout(600)
@pytest.mark.usefixtures("registry")
def test_essentia_has_wheels_where_the_table_says(requirements: list[str]) -> None:
    """So that a new wheel of Essentia's is noticed, and a marker that leaves it out mended."""
    (line,) = {line.partition(";")[0] for line in requirements if line.startswith("essentia")}

    def has_wheel(machine: Machine) -> bool:
        return resolve(machine, "3.12", [line])[0]

    with ThreadPoolExecutor(6) as pool:
        found: Mapping[str, bool] = dict(
            zip((m.name for m in MACHINES), pool.map(has_wheel, MACHINES), strict=True)
        )
    assert found == {machine.name: machine.essentia for machine in MACHINES}
