# Grantor
# SPDX-License-Identifier: Apache-2.0
"""A small operator as kopf's users write them: it gives each Widget a ConfigMap and reports in the status."""

import kopf
from kubernetes import client, config

config.load_kube_config()
core = client.CoreV1Api()


@kopf.on.startup()
def configure(settings: kopf.OperatorSettings, **_):
    # Nothing else is changed: the storages, the watching and the posting of events are the defaults.
    settings.posting.enabled = True


def document(spec, name):
    body = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": f"{name}-made"},
            "data": {"size": str(spec["size"])}}
    kopf.adopt(body)
    return body


@kopf.on.create("example.dev", "v1", "widgets")
def created(spec, name, namespace, patch, body, **_):
    core.create_namespaced_config_map(namespace, document(spec, name))
    patch.status["phase"] = "Made"
    kopf.info(body, reason="Made", message=f"the widget {name} was made")
    return {"size": spec["size"]}


@kopf.on.update("example.dev", "v1", "widgets", field="spec.size")
def resized(old, new, name, namespace, patch, **_):
    core.patch_namespaced_config_map(f"{name}-made", namespace, {"data": {"size": str(new)}})
    patch.status["phase"] = f"Resized from {old} to {new}"


@kopf.on.delete("example.dev", "v1", "widgets")
def deleted(name, namespace, **_):
    core.create_namespaced_config_map(
        namespace, {"metadata": {"name": f"{name}-epitaph"}, "data": {"text": "it was a good widget"}})
