// Grantor
// SPDX-License-Identifier: Apache-2.0

import FoundationEssentials
import KubeCore

extension BuiltInResources {
    /// Does to an object of a built-in kind what its storage does before it is validated, beyond what a schema can say.
    ///
    /// - `stringData` of a Secret goes into `data`.
    /// - A Namespace is labelled with its name, and is Active unless it says otherwise.
    ///
    /// To be called on every write after defaulting and before managed fields are recorded; other kinds stay as they are.
    static func prepare(_ object: inout JSONValue, of type: ResourceType) {
        guard type.group.isEmpty else { return }
        switch type.kind {
        case "Secret": foldStringData(&object)
        case "Namespace":
            guard let name = object["metadata"]?["name"]?.string, var metadata = object["metadata"]?.object else {
                return
            }
            var labels = metadata["labels"]?.object ?? [:]
            labels["kubernetes.io/metadata.name"] = .string(name)
            metadata["labels"] = .object(labels)
            object["metadata"] = .object(metadata)
            var status = object["status"]?.object ?? [:]
            if status["phase"] == nil { status["phase"] = "Active" }
            object["status"] = .object(status)
        default: break
        }
    }

    private static func foldStringData(_ object: inout JSONValue) {
        guard let texts = object["stringData"]?.object else { return }
        object["stringData"] = nil
        if texts.isEmpty { return }
        var data = object["data"]?.object ?? [:]
        for (name, value) in texts {
            guard let text = value.string else { continue }
            data[name] = .string(Data(text.utf8).base64EncodedString())
        }
        object["data"] = .object(data)
    }
}
