# Grantor
# SPDX-License-Identifier: Apache-2.0
"""Built-in kinds through the typed API of the `kubernetes` package: create, read, patch, list, page, conflict, delete."""

from kubernetes import client, config
from kubernetes.client.rest import ApiException


def expect_status(status, reason, call, *arguments, **keywords):
    """The call fails with an API error of that code and reason."""
    try:
        call(*arguments, **keywords)
    except ApiException as error:
        assert error.status == status, (error.status, error.body)
        assert f'"reason":"{reason}"' in error.body.replace(" ", ""), error.body
        return error
    raise AssertionError(f"expected {status} {reason}")


config.load_kube_config()
core = client.CoreV1Api()

names = [item.metadata.name for item in core.list_namespace().items]
assert {"default", "kube-system"} <= set(names), names

made = core.create_namespaced_config_map(
    "default", client.V1ConfigMap(metadata=client.V1ObjectMeta(name="settings", labels={"a": "1"}), data={"x": "1"}))
assert made.metadata.uid and made.metadata.resource_version and made.metadata.creation_timestamp
expect_status(409, "AlreadyExists", core.create_namespaced_config_map,
              "default", client.V1ConfigMap(metadata=client.V1ObjectMeta(name="settings")))

read = core.read_namespaced_config_map("settings", "default")
assert read.data == {"x": "1"}, read.data

# The default patch of the package is a strategic merge patch.
patched = core.patch_namespaced_config_map("settings", "default", {"data": {"y": "2"}})
assert patched.data == {"x": "1", "y": "2"}, patched.data
patched = core.patch_namespaced_config_map("settings", "default", [{"op": "remove", "path": "/data/x"}])
assert patched.data == {"y": "2"}, patched.data

# A replacement with an old resource version is a conflict.
read.data = {"z": "3"}
expect_status(409, "Conflict", core.replace_namespaced_config_map, "settings", "default", read)
read.metadata.resource_version = patched.metadata.resource_version
assert core.replace_namespaced_config_map("settings", "default", read).data == {"z": "3"}

expect_status(404, "NotFound", core.read_namespaced_config_map, "nobody", "default")
expect_status(422, "Invalid", core.create_namespaced_config_map,
              "default", client.V1ConfigMap(metadata=client.V1ObjectMeta(name="Not_A_Name")))

for index in range(7):
    core.create_namespaced_config_map(
        "default", client.V1ConfigMap(metadata=client.V1ObjectMeta(name=f"page-{index}", labels={"page": "yes"})))
seen, token, pages = [], None, 0
while True:
    page = core.list_namespaced_config_map("default", label_selector="page=yes", limit=3, _continue=token)
    seen += [item.metadata.name for item in page.items]
    pages += 1
    token = page.metadata._continue
    if not token:
        break
assert seen == [f"page-{index}" for index in range(7)] and pages == 3, (seen, pages)

core.delete_collection_namespaced_config_map("default", label_selector="page=yes")
assert not core.list_namespaced_config_map("default", label_selector="page=yes").items

secret = core.create_namespaced_secret(
    "default", client.V1Secret(metadata=client.V1ObjectMeta(name="dsn"), string_data={"dsn": "x"}))
assert secret.data == {"dsn": "eA=="} and secret.type == "Opaque", secret

leases = client.CoordinationV1Api()
lease = leases.create_namespaced_lease("default", client.V1Lease(
    metadata=client.V1ObjectMeta(name="leader"),
    spec=client.V1LeaseSpec(holder_identity="me", lease_duration_seconds=15)))
assert lease.spec.holder_identity == "me"

version = client.VersionApi().get_code()
assert version.major == "1", version
assert client.AuthorizationV1Api().create_self_subject_access_review(client.V1SelfSubjectAccessReview(
    spec=client.V1SelfSubjectAccessReviewSpec(resource_attributes=client.V1ResourceAttributes(
        verb="get", resource="configmaps", namespace="default")))).status.allowed

core.delete_namespaced_config_map("settings", "default")
expect_status(404, "NotFound", core.read_namespaced_config_map, "settings", "default")
print("done")
