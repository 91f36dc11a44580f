# Grantor
# SPDX-License-Identifier: Apache-2.0
"""Custom resources through the `kubernetes` package: a definition made here, its resources, status, apply, watch."""

import time

from kubernetes import client, config, watch
from kubernetes.client.rest import ApiException
from kubernetes.dynamic import DynamicClient

GROUP, VERSION, PLURAL = "demo.example.dev", "v1", "gadgets"

config.load_kube_config()
extensions = client.ApiextensionsV1Api()
custom = client.CustomObjectsApi()

extensions.create_custom_resource_definition({
    "apiVersion": "apiextensions.k8s.io/v1",
    "kind": "CustomResourceDefinition",
    "metadata": {"name": f"{PLURAL}.{GROUP}"},
    "spec": {
        "group": GROUP, "scope": "Namespaced",
        "names": {"plural": PLURAL, "singular": "gadget", "kind": "Gadget"},
        "versions": [{
            "name": VERSION, "served": True, "storage": True, "subresources": {"status": {}},
            "schema": {"openAPIV3Schema": {"type": "object", "properties": {
                "spec": {"type": "object", "properties": {
                    "size": {"type": "integer", "minimum": 1}, "mode": {"type": "string", "default": "auto"}}},
                "status": {"type": "object", "properties": {"phase": {"type": "string"}}},
            }}},
        }],
    },
})

deadline = time.monotonic() + 20
while True:
    definition = extensions.read_custom_resource_definition(f"{PLURAL}.{GROUP}")
    conditions = {c.type: c.status for c in (definition.status.conditions or [])} if definition.status else {}
    if conditions.get("Established") == "True":
        break
    assert time.monotonic() < deadline, conditions
    time.sleep(0.05)


def gadget(name, size):
    return {"apiVersion": f"{GROUP}/{VERSION}", "kind": "Gadget", "metadata": {"name": name}, "spec": {"size": size}}


address = (GROUP, VERSION, "default", PLURAL)
first = custom.create_namespaced_custom_object(*address, gadget("one", 1))
assert first["spec"] == {"size": 1, "mode": "auto"}, first
assert first["metadata"]["generation"] == 1

try:
    custom.create_namespaced_custom_object(*address, gadget("bad", 0))
    raise AssertionError("a size of 0 was taken")
except ApiException as error:
    assert error.status == 422 and "spec.size" in error.body, error.body

status = custom.patch_namespaced_custom_object_status(*address, "one", {"status": {"phase": "Up"}, "spec": {"size": 9}})
assert status["status"] == {"phase": "Up"} and status["spec"]["size"] == 1, status
changed = custom.patch_namespaced_custom_object(*address, "one", {"spec": {"size": 2}})
assert changed["metadata"]["generation"] == 2 and changed["status"] == {"phase": "Up"}, changed

# From the resource version of a list on, a watch misses nothing and repeats nothing.
listed = custom.list_namespaced_custom_object(*address)
assert [item["metadata"]["name"] for item in listed["items"]] == ["one"]
custom.create_namespaced_custom_object(*address, gadget("two", 2))
custom.patch_namespaced_custom_object(*address, "two", {"spec": {"size": 3}})
custom.delete_namespaced_custom_object(*address, "two")
events = []
watcher = watch.Watch()
for event in watcher.stream(custom.list_namespaced_custom_object, *address,
                            resource_version=listed["metadata"]["resourceVersion"], timeout_seconds=10):
    events.append((event["type"], event["object"]["metadata"]["name"], event["object"]["spec"]["size"]))
    if event["type"] == "DELETED":
        watcher.stop()
assert events == [("ADDED", "two", 2), ("MODIFIED", "two", 3), ("DELETED", "two", 3)], events

# A watch with a timeout ends by itself, and ends quietly.
started = time.monotonic()
quiet = list(watch.Watch().stream(custom.list_namespaced_custom_object, *address, timeout_seconds=1))
assert [event["type"] for event in quiet] == ["ADDED"], quiet
assert 0.5 < time.monotonic() - started < 8

# The dynamic client finds the kind by discovery and applies on the server.
dynamic = DynamicClient(client.ApiClient())
gadgets = dynamic.resources.get(api_version=f"{GROUP}/{VERSION}", kind="Gadget")
applied = gadgets.server_side_apply(body=gadget("three", 3), name="three", namespace="default", field_manager="py")
assert applied.spec.size == 3 and applied.metadata.managedFields[0].manager == "py", applied
try:
    gadgets.server_side_apply(body=gadget("three", 4), name="three", namespace="default", field_manager="other")
    raise AssertionError("another manager's field was taken without force")
except Exception as error:
    assert getattr(error, "status", None) == 409, error
forced = gadgets.server_side_apply(
    body=gadget("three", 4), name="three", namespace="default", field_manager="other", force_conflicts=True)
assert forced.spec.size == 4
assert sorted(item.metadata.name for item in gadgets.get(namespace="default").items) == ["one", "three"]
gadgets.delete(name="three", namespace="default")

extensions.delete_custom_resource_definition(f"{PLURAL}.{GROUP}")
deadline = time.monotonic() + 20
while True:
    try:
        custom.list_namespaced_custom_object(*address)
    except ApiException as error:
        assert error.status == 404, error
        break
    assert time.monotonic() < deadline, "the resources outlive their definition"
    time.sleep(0.05)
print("done")
