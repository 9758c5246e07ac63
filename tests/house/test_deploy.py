"""What is under deploy/, and compose.yaml, fit each other and the server. Nothing is built."""

import re
from collections.abc import Iterator
from typing import Any

import yaml

from annotate.api import middleware
from tests.house.sources import ROOT

KUBERNETES = ROOT / "deploy" / "kubernetes"
SECRET = {"SECRET_KEY", "DATABASE_URL", "METRICS_TOKEN", "AWS_ACCESS_KEY_ID"}
SECRET |= {"AWS_SECRET_ACCESS_KEY"}
Document = dict[str, Any]


def documents(kind: str = "") -> list[Document]:
    """All manifests, or those of a kind."""
    found = [
        document
        for path in sorted(KUBERNETES.glob("*.yaml"))
        for document in yaml.safe_load_all(path.read_text())
    ]
    return [each for each in found if not kind or each["kind"] == kind]


def workloads() -> list[tuple[Document, Document]]:
    """Each Deployment and Job with the pods it makes."""
    found = [*documents("Deployment"), *documents("Job")]
    return [(each, each["spec"]["template"]) for each in found]


def containers() -> Iterator[Document]:
    for _, template in workloads():
        yield from template["spec"]["containers"]


def compose() -> Document:
    found: Document = yaml.safe_load((ROOT / "compose.yaml").read_text())
    return found


def read_by_the_settings() -> set[str]:
    text = (ROOT / "annotate" / "settings.py").read_text()
    return set(
        re.findall(
            r'(?:environ\.get\(|_number\(|_flag\(|_one_of\(|environ\[)\s*"([A-Z0-9_]+)"', text
        )
    )


def given() -> set[str]:
    """What compose.yaml and the manifests tell the server."""
    names = set(compose()["x-annotate"]["environment"])
    for document in documents("ConfigMap"):
        names |= set(document["data"])
    for container in containers():
        names |= {each["name"] for each in container.get("env", [])}
    return names


def test_the_server_knows_every_variable_it_is_given() -> None:
    own_of_the_store = {"AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"}
    assert given() - read_by_the_settings() == own_of_the_store


def test_no_secret_is_written_down() -> None:
    for document in documents("ConfigMap"):
        assert set(document["data"]) & SECRET == set()
    assert documents("Secret") == []
    for container in containers():
        assert {each["name"] for each in container.get("env", [])} & SECRET == set()
        if container["image"] == "annotate":
            assert {"secretRef": {"name": "annotate"}} in container["envFrom"]
    for service in compose()["services"].values():
        for name, value in service.get("environment", {}).items():
            if re.search("PASSWORD|KEY|DATABASE_URL", name):
                assert "${" in value


def test_every_pod_is_bounded_and_runs_without_rights() -> None:
    for _, template in workloads():
        spec = template["spec"]
        assert spec["securityContext"]["runAsNonRoot"] is True
        assert spec["automountServiceAccountToken"] is False
        volumes = {each["name"] for each in spec.get("volumes", [])}
        for container in spec["containers"]:
            assert {"cpu", "memory"} <= set(container["resources"]["requests"])
            assert "memory" in container["resources"]["limits"]
            rights = container["securityContext"]
            assert rights["readOnlyRootFilesystem"] is True
            assert rights["allowPrivilegeEscalation"] is False
            assert {each["name"] for each in container.get("volumeMounts", [])} == volumes


def test_probes_ask_what_the_server_answers() -> None:
    asked = {
        probe["httpGet"]["path"]
        for container in containers()
        for name, probe in container.items()
        if name.endswith("Probe") and "httpGet" in probe
    }
    assert asked == {"/healthz", "/readyz"}
    assert asked <= set(middleware._PROBES)


def test_selectors_find_the_pods_they_mean() -> None:
    labels = [template["metadata"]["labels"] for _, template in workloads()]
    for deployment in documents("Deployment"):
        template = deployment["spec"]["template"]
        assert deployment["spec"]["selector"]["matchLabels"] == template["metadata"]["labels"]
    budgets = [
        each["spec"]["selector"]["matchLabels"] for each in documents("PodDisruptionBudget")
    ]
    for selector in (*budgets, *(each["spec"]["selector"] for each in documents("Service"))):
        assert labels.count(selector) == 1
    assert {each["part"] for each in budgets} == {"web", "worker"}
    names = {each["metadata"]["name"] for each in documents("Deployment")}
    for scaler in documents("HorizontalPodAutoscaler"):
        assert scaler["spec"]["scaleTargetRef"]["name"] in names
    (ingress,) = documents("Ingress")
    backend = ingress["spec"]["rules"][0]["http"]["paths"][0]["backend"]["service"]
    ports = {each["metadata"]["name"]: each["spec"]["ports"] for each in documents("Service")}
    assert backend["port"]["name"] in {port["name"] for port in ports[backend["name"]]}


def test_commands_exist_and_one_job_migrates() -> None:
    commands = {path.stem for path in (ROOT / "annotate/management/commands").glob("*.py")}
    services = [service.get("command", []) for service in compose()["services"].values()]
    called = [
        command[2]
        for command in [*services, *(each.get("command", []) for each in containers())]
        if command[1:2] == ["manage.py"]
    ]
    assert set(called) - commands == {"migrate"}
    (job,) = documents("Job")
    assert job["spec"]["template"]["spec"]["containers"][0]["command"][2] == "migrate"


def test_the_kustomization_names_every_file() -> None:
    (kustomization,) = documents("Kustomization")
    files = {path.name for path in KUBERNETES.glob("*.yaml")} - {"kustomization.yaml"}
    assert sorted(kustomization["resources"]) == sorted(files)
    assert kustomization["images"][0]["name"] == "annotate"


def test_the_services_of_compose_wait_for_services_that_are_there() -> None:
    services = compose()["services"]
    for service in services.values():
        assert set(service.get("depends_on", [])) <= services.keys()
    balancer = (ROOT / "deploy" / "Caddyfile").read_text()
    assert "dynamic a web 8000" in balancer
    assert "ports" not in services["web"]  # several could not have one port of the machine
    assert services["migrate"]["restart"] == "no"
