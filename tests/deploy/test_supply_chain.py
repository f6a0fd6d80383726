"""What the bot is made of: licences that a company may use, reasons, a bill of materials, a wheel that is whole."""

import json
import re
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from pathlib import Path

import pytest
from packaging.requirements import Requirement

from tests.stories.service import ROOT

# Permissive, and those whose terms are met by using a library as it is.
ALLOWED = re.compile(
    r"MIT|BSD|Apache|Python|PSF|ISC|Mozilla Public License 2|MPL-2|Unlicense|Zope|HPND|Public Domain",
    re.IGNORECASE,
)


def needed(name: str, extras: frozenset[str] = frozenset()) -> Iterator[Distribution]:
    """A distribution, and all that it needs here, once each."""
    seen: set[str] = set()
    waiting = [(name, extras)]
    while waiting:
        current, wanted = waiting.pop()
        key = re.sub(r"[-_.]+", "-", current).lower()
        if key in seen:
            continue
        seen.add(key)
        try:
            found = distribution(current)
        except PackageNotFoundError:
            continue  # of another platform
        yield found
        for text in found.requires or ():
            requirement = Requirement(text)
            markers = [{"extra": each} for each in (wanted or {""})]
            if requirement.marker is None or any(map(requirement.marker.evaluate, markers)):
                waiting.append((requirement.name, frozenset(requirement.extras)))


def licence_of(found: Distribution) -> str:
    metadata = found.metadata.json
    classifiers = [each for each in metadata.get("classifier", ()) if "License" in each]
    said = (metadata.get("license_expression", ""), str(metadata.get("license", ""))[:200])
    return " ".join([*map(str, said), *classifiers])


RUNTIME = list(needed("fusion-slack", frozenset({"postgres", "tracing"})))


@pytest.mark.parametrize("found", RUNTIME, ids=lambda each: str(each.metadata["Name"]))
def test_each_dependency_may_be_used_by_a_company(found: Distribution) -> None:
    assert ALLOWED.search(licence_of(found)), licence_of(found)


def test_there_are_few_and_each_direct_one_has_its_reason() -> None:
    assert 20 < len(RUNTIME) < 70
    decisions = (ROOT / "docs" / "decisions.md").read_text("utf-8").lower()
    reasons = decisions.partition("## dependencies, and why")[2]
    ours = [Requirement(each) for each in distribution("fusion-slack").requires or ()]
    spelt = {"pyyaml": "pyyaml", "opentelemetry-exporter-otlp-proto-http": "otlp exporter"}
    for each in ours:
        assert spelt.get(each.name, each.name) in reasons, each.name


def test_the_bill_of_materials_names_all_of_it() -> None:
    done = subprocess.run(
        ["bash", "run", "sbom"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    bill = json.loads(done.stdout)
    assert bill["bomFormat"] == "CycloneDX"
    names = {each["name"].lower() for each in bill["components"]}
    assert {"aiohttp", "slack-bolt", "cryptography", "asyncpg"} <= names
    assert "pytest" not in names


@pytest.fixture(scope="session")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)],
        cwd=ROOT,
        capture_output=True,
        check=True,
    )
    (built,) = folder.glob("*.whl")
    return built


def test_the_wheel_has_what_the_demo_shows_and_nothing_of_the_workshop(wheel: Path) -> None:
    names = zipfile.ZipFile(wheel).namelist()
    page = "bot/playground/page/dist/"
    assert f"{page}index.html" in names
    assert f"{page}assets/page.js" in names
    assert f"{page}assets/LICENSES.txt" in names
    assert not [each for each in names if each.startswith(("tests/", "benchmarks/", "docs/"))]
    assert not [each for each in names if "node_modules" in each]


def test_the_wheel_alone_plays_a_conversation(wheel: Path, tmp_path: Path) -> None:
    zipfile.ZipFile(wheel).extractall(tmp_path / "installed")
    script = ROOT / "examples" / "approval.script"
    done = subprocess.run(
        [sys.executable, "-m", "bot", "demo", "--script", str(script)],
        cwd=tmp_path / "installed",
        env={"PATH": "/usr/bin:/bin", "HOME": str(tmp_path)},
        capture_output=True,
        text=True,
        timeout=50,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
