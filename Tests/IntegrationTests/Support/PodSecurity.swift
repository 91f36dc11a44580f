// Grantor
// SPDX-License-Identifier: Apache-2.0

import KubeCore

/// The Pod Security Standard "restricted" of Kubernetes 1.34, as far as the objects here can break it, and two rules of
/// this project: a root that cannot be written, and no limit of processor time.
///
/// Source: kubernetes.io/docs/concepts/security/pod-security-standards.
enum PodSecurity {
    /// What a pod breaks, or the pods of a Deployment.
    static func violations(of object: JSONValue) -> [String] {
        let pod = object[path: ["spec", "template", "spec"]] ?? object["spec"] ?? .null
        var problems: [String] = []
        func require(_ condition: Bool, _ problem: String) { if !condition { problems.append(problem) } }
        for name in ["hostNetwork", "hostPID", "hostIPC"] { require(pod[name] != true, name) }
        for volume in pod["volumes"]?.array ?? [] {
            let kinds = Set(volume.object?.names ?? []).subtracting(["name"])
            let allowed: Set = [
                "configMap", "csi", "downwardAPI", "emptyDir", "ephemeral", "persistentVolumeClaim", "projected",
                "secret",
            ]
            require(kinds.isSubset(of: allowed), "volume \(kinds)")
        }
        require(pod["securityContext"]?["runAsUser"]?.integer ?? 0 > 0, "runAsUser")
        let containers = (pod["containers"]?.array ?? []) + (pod["initContainers"]?.array ?? [])
        require(!containers.isEmpty, "no container")
        for container in containers {
            let context = container["securityContext"] ?? .null
            require(context["allowPrivilegeEscalation"] == false, "allowPrivilegeEscalation")
            require(context["privileged"] != true, "privileged")
            require(context["runAsNonRoot"] == true, "runAsNonRoot")
            require(context["seccompProfile"]?["type"] == "RuntimeDefault", "seccompProfile")
            require(context["capabilities"]?["drop"] == ["ALL"], "capabilities.drop")
            require(context["capabilities"]?["add"] == nil, "capabilities.add")
            require(context["readOnlyRootFilesystem"] == true, "readOnlyRootFilesystem")
            require((container["ports"]?.array ?? []).allSatisfy { $0["hostPort"] == nil }, "hostPort")
            let resources = container["resources"] ?? .null
            require(resources["requests"]?["memory"] != nil && resources["requests"]?["cpu"] != nil, "requests")
            require(resources["limits"]?["memory"] != nil && resources["limits"]?["cpu"] == nil, "limits")
        }
        return problems
    }
}
