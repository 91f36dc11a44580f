# Grantor
# SPDX-License-Identifier: Apache-2.0
"""Drives Helm's engine for the tests of charts/grantor: values in, objects out, as JSON.

  helm_chart.py lint CHART
  helm_chart.py render CHART < [{"values": {...}, "name": ..., "namespace": ...}, ...]
  helm_chart.py package CHART VERSION FOLDER
  helm_chart.py release KUBECONFIG NAMESPACE ACTION NAME [CHART | REVISION] < {values}
"""

import json
import sys

import helm_python
import yaml


def lint(path):
    return helm_python.lint(path, strict=True)


def render(path):
    """Each case's objects and notes, or why Helm refuses it."""
    results = []
    with helm_python.Chart.load(path) as chart:
        for case in json.load(sys.stdin):
            values = case.get("values", {})
            try:
                chart.validate_schema(values)
                files = chart.render(
                    values, name=case.get("name", "grantor"), namespace=case.get("namespace", "grantor")
                )
            except helm_python.HelmError as error:
                results.append({"error": str(error)})
                continue
            objects, hooks, notes = [], [], ""
            for name, text in sorted(files.items()):
                if name.endswith("NOTES.txt"):
                    notes = text
                else:
                    for document in filter(None, yaml.safe_load_all(text)):
                        is_hook = "helm.sh/hook" in document["metadata"].get("annotations", {})
                        (hooks if is_hook else objects).append(document)
            results.append({"objects": objects, "hooks": hooks, "notes": notes})
    return results


def release(kubeconfig, namespace, action, name, subject=None):
    with helm_python.Config(kubeconfig_path=kubeconfig, namespace=namespace) as config:
        try:
            if action == "install":
                return config.install(subject, name, json.load(sys.stdin), create_namespace=True)
            if action == "dry-run":
                return config.install(subject, name, json.load(sys.stdin), dry_run="server")
            if action == "upgrade":
                return config.upgrade(subject, name, json.load(sys.stdin), reset_values=True)
            if action == "rollback":
                return config.rollback(name, version=int(subject))
            if action == "uninstall":
                return config.uninstall(name)
            if action == "history":
                return config.history(name)
        except helm_python.HelmError as error:
            return {"error": str(error)}
    sys.exit(f"helm_chart.py: unknown action {action}")


def package(path, version, folder):
    return {"path": helm_python.package(path, destination=folder, version=version)}


json.dump(globals()[sys.argv[1]](*sys.argv[2:]), sys.stdout)
