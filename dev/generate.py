# Grantor
# SPDX-License-Identifier: Apache-2.0
"""Writes the CRDs, rules and policies that `grantor` prints into deploy/ and the chart, and the chart's objects into deploy/.

What stands in the source is the origin of CRDs and rules, the chart that of everything else; called by generate.sh.
"""

import pathlib
import re
import subprocess
import sys

import helm_python
import yaml

ROOT = pathlib.Path(__file__).resolve().parent.parent
CHART = ROOT / "charts" / "grantor"
DEPLOY = ROOT / "deploy"
HEADER = "# Made by dev/generate.sh from charts/grantor; change it there.\n"
# What only a release of Helm has.
OWN_LABELS = ("app.kubernetes.io/managed-by", "helm.sh/chart")

# Where each object of the chart goes, by kind and by the place of its role.
PLACES = {
    "ServiceAccount grantor": "rbac/service-account.yaml",
    "Role grantor-leader-election": "rbac/leader-election-role.yaml",
    "RoleBinding grantor-leader-election": "rbac/leader-election-role-binding.yaml",
    "ClusterRole grantor": "rbac/cluster/role.yaml",
    "ClusterRoleBinding grantor": "rbac/cluster/role-binding.yaml",
    "Role grantor": "rbac/namespace/role.yaml",
    "RoleBinding grantor": "rbac/namespace/role-binding.yaml",
    "Deployment grantor": "manager/deployment.yaml",
    "Service grantor-metrics": "manager/service.yaml",
    "PodDisruptionBudget grantor": "manager/pod-disruption-budget.yaml",
    "NetworkPolicy grantor": "manager/network-policy.yaml",
}

# What the admission webhook takes besides; where it changes objects of the others, its kustomization.yaml says how.
WEBHOOK_PLACES = {
    "Service grantor-webhook": "admission-webhook/service.yaml",
    "ValidatingWebhookConfiguration grantor": "admission-webhook/configuration.yaml",
    "Role grantor-webhook": "admission-webhook/role.yaml",
    "RoleBinding grantor-webhook": "admission-webhook/role-binding.yaml",
    "ClusterRole grantor-webhook": "admission-webhook/cluster-role.yaml",
    "ClusterRoleBinding grantor-webhook": "admission-webhook/cluster-role-binding.yaml",
}


def write(path, text):
    """Writes a file when its text differs, and says so."""
    path.parent.mkdir(parents=True, exist_ok=True)
    if path.exists() and path.read_text(encoding="utf-8") == text:
        return
    path.write_text(text, encoding="utf-8")
    print(f"generate: {path.relative_to(ROOT)}")


def documents(grantor, *arguments):
    """The documents that the program prints, as text."""
    run = subprocess.run([grantor, *arguments], check=True, capture_output=True, text=True)
    return re.split(r"^---\n", run.stdout, flags=re.MULTILINE)


def rendered(values):
    """The objects of the chart, without what only a release has."""
    with helm_python.Chart.load(str(CHART)) as chart:
        files = chart.render(values, name="grantor", namespace="grantor")
    for path, text in sorted(files.items()):
        if path.endswith(".txt"):
            continue
        for document in yaml.safe_load_all(text):
            # Hooks, as of helm test, are Helm's alone.
            if document and "helm.sh/hook" not in document["metadata"].get("annotations", {}):
                yield strip(document)


def strip(document):
    """Takes the labels of a release away, wherever an object carries labels."""
    labels = document["metadata"].get("labels", {})
    for name in OWN_LABELS:
        labels.pop(name, None)
    return document


def main(grantor):
    for text in documents(grantor, "crds"):
        name = yaml.safe_load(text)["metadata"]["name"]
        write(DEPLOY / "crd" / f"{name}.yaml", text)
        write(CHART / "files" / "crds" / f"{name}.yaml", text)

    for action in ("deny", "warn", "audit"):
        text = "---\n".join(documents(grantor, "admission", "policy", "--action", action))
        write(CHART / "files" / "admission" / f"{action}.yaml", text)
        if action == "deny":
            write(DEPLOY / "admission-policy" / "policy.yaml", text)

    roles = [text for text in documents(grantor, "rbac", "--webhook") if "\nrules:\n" in text]
    for place, text in zip(("watched", "home", "webhook-home", "webhook-cluster"), roles):
        rules = text.split("\nrules:\n", 1)[1]
        write(CHART / "files" / "rbac" / f"{place}.yaml", rules)

    watch = {"crds": {"enabled": False}, "watch": {"namespaces": ["grantor"]}}
    for values, folder in (
        ({"crds": {"enabled": False}}, None),
        (watch, "rbac/namespace/"),
        (watch | {"store": "configmap"}, "rbac/namespace-configmap/"),
    ):
        for document in rendered(values):
            place = PLACES[f"{document['kind']} {document['metadata']['name']}"]
            if folder:
                if not place.startswith("rbac/namespace/"):
                    continue
                place = folder + place.removeprefix("rbac/namespace/")
            text = yaml.safe_dump(document, sort_keys=False, width=1000)
            write(DEPLOY / place, HEADER + text)

    for document in rendered({"crds": {"enabled": False}, "admission": {"mode": "webhook"}}):
        place = WEBHOOK_PLACES.get(f"{document['kind']} {document['metadata']['name']}")
        if place:
            write(DEPLOY / place, HEADER + yaml.safe_dump(document, sort_keys=False, width=1000))


main(sys.argv[1])
