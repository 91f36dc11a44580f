// Grantor
// SPDX-License-Identifier: Apache-2.0

import KubeCore

/// What an AppInstance says that values must bring about.
struct ChartTarget {
    /// The AppInstance without what the API server, kubit and tools of deployment put there.
    let document: JSONValue
    /// What the chart has no value for, seen before anything is rendered.
    let problems: [FieldError]
    /// What a person should know.
    let notes: [String]

    init(_ instance: JSONValue, isAdminOnly: Bool) {
        let package = instance[path: ChartRow.package]
        var problems: [FieldError] = []
        if package?["admin"] == nil {
            let path = FieldPath(ChartRow.package.map(FieldPath.Element.key)).appending(key: "admin")
            problems.append(FieldError(.required, path, detail: "the chart always writes an admin block"))
        }
        if isAdminOnly {
            var inner: JSONObject = [:]
            inner["admin"] = package?["admin"]
            inner["egress"] = package?["egress"]
            document = HelmNumber.canonical(["spec": ["package": ["spec": .object(inner)]]])
            self.problems = problems
            notes = []
            return
        }
        var notes: [String] = []
        var reduced = instance.object ?? [:]
        reduced["status"] = nil
        reduced["metadata"] = .object(Self.metadata(of: instance, problems: &problems))
        if var spec = reduced["spec"]?.object {
            if spec["pause"] == nil {
                spec["pause"] = false
                notes.append("the chart also writes spec.pause: false, which is what its absence means")
            }
            if spec["imagePullSecrets"] == nil {
                spec["imagePullSecrets"] = []
                notes.append("the chart also writes spec.imagePullSecrets: [], which is what its absence means")
            }
            reduced["spec"] = .object(spec)
        }
        document = HelmNumber.canonical(.object(reduced))
        self.problems = problems
        self.notes = notes
    }

    /// Name and namespace; labels and annotations that no tool put there are problems.
    private static func metadata(of instance: JSONValue, problems: inout [FieldError]) -> JSONObject {
        var metadata: JSONObject = [:]
        metadata["name"] = instance["metadata"]?["name"]
        metadata["namespace"] = instance["metadata"]?["namespace"]
        for kind in ["labels", "annotations"] {
            for (name, _) in instance["metadata"]?[kind]?.object ?? [:] where !isOfTool(name) {
                let path = FieldPath(keys: "metadata", kind).appending(key: name)
                problems.append(FieldError(.forbidden, path, detail: "the chart has no value for it"))
            }
        }
        return metadata
    }

    /// Labels and annotations of what applies objects, which it puts there again.
    static func isOfTool(_ name: String) -> Bool {
        let domains = [
            "kubectl.kubernetes.io/", "meta.helm.sh/", "helm.sh/", "applyset.kubernetes.io/", "argocd.argoproj.io/",
            "kustomize.toolkit.fluxcd.io/", "helm.toolkit.fluxcd.io/", "kubecfg.dev/",
        ]
        return name == "app.kubernetes.io/managed-by" || domains.contains { name.hasPrefix($0) }
    }
}
