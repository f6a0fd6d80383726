"""What can be held of the deployment's files without an engine: rules, schemas, names, paths."""

import fnmatch
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import kubernetes_validate  # type: ignore[import-untyped]
import pytest
import yaml

from bot.settings.values import FLAT, SECRETS
from tests.stories.service import ROOT

DEPLOY = ROOT / "deploy"
DOCKERFILE = (DEPLOY / "Dockerfile").read_text("utf-8")
COMPOSE = yaml.safe_load((DEPLOY / "compose.yaml").read_text("utf-8"))
KUBERNETES = list(
    yaml.safe_load_all((DEPLOY / "kubernetes" / "fusion-slack.yaml").read_text("utf-8"))
)
UNIT = DEPLOY / "systemd" / "fusion-slack.service"
PURGE = DEPLOY / "systemd" / "fusion-slack-purge.service"
UNITS = [UNIT, PURGE, PURGE.with_suffix(".timer")]
# How the unit runs what it runs; commands beside it must run so, or they find another database.
LIKE_THE_UNIT = re.compile(
    r"^(?:DynamicUser|UMask|StateDirectory\w*|WorkingDirectory|EnvironmentFile)=.*$", re.MULTILINE
)
NAMES = {name.upper() for name in FLAT} | {"BOT_CONFIG"}
NAMES |= {f"{name.upper()}_FILE" for name in SECRETS}
OF_PYTHON = {"PYTHONUNBUFFERED", "PYTHONDONTWRITEBYTECODE", "PATH"}
ROUTES = {"/healthz", "/readyz", "/metrics"}


def instructions() -> list[tuple[str, str]]:
    """The Dockerfile's, each as its word and the rest, on one line."""
    joined = re.sub(r"\\\n\s*", "", DOCKERFILE)
    lines = [line for line in joined.splitlines() if line and not line.startswith("#")]
    return [(line.partition(" ")[0], line.partition(" ")[2]) for line in lines]


def of_kind(kind: str) -> dict[str, Any]:
    (found,) = [each for each in KUBERNETES if each["kind"] == kind]
    return found  # type: ignore[no-any-return]


# The image


def test_every_base_and_tool_of_the_image_is_pinned() -> None:
    bases = [rest.split()[0] for word, rest in instructions() if word == "FROM"]
    assert bases
    for base in bases:
        assert re.fullmatch(r"[\w./-]+:\d+\.\d+\.\d+-[\w-]+(@sha256:[0-9a-f]{64})?", base), base
    assert re.search(r"uv==\d+\.\d+\.\d+", DOCKERFILE)
    assert "uv sync --locked" in DOCKERFILE


def test_the_image_runs_without_rights_and_says_how_it_is() -> None:
    words = [word for word, _ in instructions()]
    last = dict(instructions())
    assert words.index("USER") > max(n for n, word in enumerate(words) if word == "RUN")
    assert re.fullmatch(r"[1-9]\d{3,}:[1-9]\d{3,}", last["USER"]), "by number: for runAsNonRoot"
    assert "/healthz" in last["HEALTHCHECK"]
    assert last["ENTRYPOINT"].startswith("["), "or signals would not arrive"
    assert last["STOPSIGNAL"] == "SIGTERM"
    assert not {"ADD", "MAINTAINER"} & set(words)
    assert "sudo" not in DOCKERFILE
    assert "apt-get" not in DOCKERFILE


def test_what_is_copied_is_there_and_not_left_out() -> None:
    kept = [
        line[1:]
        for line in (ROOT / ".dockerignore").read_text("utf-8").splitlines()
        if line.startswith("!")
    ]
    for word, rest in instructions():
        if word == "COPY" and "--from" not in rest:
            for source in rest.split()[:-1]:
                assert (ROOT / source).exists(), source
                assert any(fnmatch.fnmatch(source.removeprefix("./"), each) for each in kept)


def test_the_image_sets_settings_that_there_are() -> None:
    environment = " ".join(rest for word, rest in instructions() if word == "ENV")
    names = set(re.findall(r"\b([A-Z][A-Z_]+)=", environment))
    assert {each for each in names if not each.startswith("UV_")} <= NAMES | OF_PYTHON


# Compose


def test_compose_names_settings_that_there_are_and_secrets_that_it_has() -> None:
    bot = COMPOSE["services"]["bot"]
    assert set(bot["environment"]) <= NAMES
    for service in COMPOSE["services"].values():
        assert set(service["secrets"]) <= set(COMPOSE["secrets"])
        assert "no-new-privileges:true" in service["security_opt"]
    for name, value in bot["environment"].items():
        if name.endswith("_FILE"):
            assert value.removeprefix("/run/secrets/") in bot["secrets"]
    assert bot["read_only"] is True
    assert bot["cap_drop"] == ["ALL"]
    assert bot["depends_on"]["database"]["condition"] == "service_healthy"
    image = COMPOSE["services"]["database"]["image"]
    assert re.search(r":\d+\.\d+", image), "pinned"
    assert all(port.startswith("127.0.0.1:") for port in bot["ports"])


# Kubernetes


@pytest.mark.parametrize("resource", KUBERNETES, ids=lambda each: each["kind"])
def test_kubernetes_knows_each_resource(resource: dict[str, Any]) -> None:
    kubernetes_validate.validate(resource, "1.30", strict=True)


def test_everything_selects_the_same_pods() -> None:
    labels = of_kind("Deployment")["spec"]["template"]["metadata"]["labels"]
    assert of_kind("Deployment")["spec"]["selector"]["matchLabels"] == labels
    assert of_kind("Service")["spec"]["selector"] == labels
    assert of_kind("PodDisruptionBudget")["spec"]["selector"]["matchLabels"] == labels
    assert of_kind("NetworkPolicy")["spec"]["podSelector"]["matchLabels"] == labels


def test_the_pods_have_no_rights_and_their_probes_lead_somewhere() -> None:
    deployment = of_kind("Deployment")["spec"]
    pod = deployment["template"]["spec"]
    (container,) = pod["containers"]
    assert deployment["replicas"] >= 2
    assert of_kind("PodDisruptionBudget")["spec"]["minAvailable"] < deployment["replicas"]
    assert pod["securityContext"]["runAsNonRoot"]
    assert container["securityContext"]["readOnlyRootFilesystem"]
    assert container["securityContext"]["capabilities"] == {"drop": ["ALL"]}
    assert not pod["automountServiceAccountToken"]
    assert pod["terminationGracePeriodSeconds"] > 10, "it may take ten to stop"
    for probe in ("startupProbe", "livenessProbe", "readinessProbe"):
        assert container[probe]["httpGet"]["path"] in ROUTES
    assert {each["name"] for each in container["volumeMounts"]} == {
        each["name"] for each in pod["volumes"]
    }
    assert container["resources"]["limits"]["memory"]


def test_each_night_what_is_too_old_is_purged_by_the_same_image_without_rights() -> None:
    (bot,) = of_kind("Deployment")["spec"]["template"]["spec"]["containers"]
    pod = of_kind("CronJob")["spec"]["jobTemplate"]["spec"]["template"]
    (purge,) = pod["spec"]["containers"]
    assert (purge["image"], purge["args"]) == (bot["image"], ["purge"])
    assert purge["securityContext"] == bot["securityContext"]
    assert {each["name"] for each in purge["env"]} <= {each["name"] for each in bot["env"]}
    assert pod["metadata"]["labels"] != of_kind("Service")["spec"]["selector"]


def test_the_pods_are_given_settings_that_there_are() -> None:
    (container,) = of_kind("Deployment")["spec"]["template"]["spec"]["containers"]
    names = {each["name"] for each in container["env"]}
    names |= {name for name in of_kind("ConfigMap")["data"] if name != "bot.toml"}
    assert names <= NAMES
    assert not {name for name in names if name.lower() in SECRETS} - {"DATABASE_URL"}, (
        "secrets come from files"
    )


# systemd


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="There is no systemd here.")
@pytest.mark.parametrize("given", UNITS, ids=lambda each: each.name)
def test_systemd_finds_nothing_wrong_with_the_unit(given: Path, tmp_path: Path) -> None:
    for each in UNITS:
        text = each.read_text("utf-8").replace("/opt/fusion-slack/bin/fusion-slack", "/bin/true")
        (tmp_path / each.name).write_text(text, "utf-8")
    unit = tmp_path / given.name
    done = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", str(unit)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert unit.name not in done.stderr, done.stderr
    assert done.returncode == 0, done.stderr


def test_the_unit_is_given_settings_that_there_are() -> None:
    given = re.findall(r"^Environment=(.*)$", UNIT.read_text("utf-8"), re.MULTILINE)
    assert set(re.findall(r"\b([A-Z][A-Z_]+)=", " ".join(given))) <= NAMES
    assert "RestartPreventExitStatus=2" in UNIT.read_text("utf-8")


def test_commands_beside_the_unit_run_as_it_does() -> None:
    unit = UNIT.read_text("utf-8")
    document = (ROOT / "docs" / "operations.md").read_text("utf-8")
    purge = PURGE.read_text("utf-8").splitlines()
    alike = LIKE_THE_UNIT.findall(unit)
    assert len(alike) == 6
    assert "User=fusion-slack" in purge, "the name that systemd gives the bot's user"
    assert "-p User=fusion-slack " in document
    for each in alike:
        assert each in purge
        assert f"-p {each} " in document
    for each in re.findall(r"^LoadCredential=.*$", unit, re.MULTILINE):
        assert f"-p {each} " in document
    for name, credential in re.findall(r"^Environment=(\w+)=%d/(\w+)$", unit, re.MULTILINE):
        assert f"-E {name}=/run/credentials/fusion-slack-beside.service/{credential} " in document
