// Grantor
// SPDX-License-Identifier: Apache-2.0

import KubeCore

/// What `metadata` must look like, and what of it the server decides
/// (`apimachinery/pkg/api/validation/objectmeta.go`, `apiserver/pkg/registry/rest`).
enum MetadataRules {
    /// The problems of an object's metadata.
    ///
    /// - Parameters:
    ///   - metadata: The metadata, with its name.
    ///   - type: The kind.
    ///   - old: The metadata before an update; `nil` on creation, when the name is judged as well.
    /// - Returns: The problems; none when the metadata is in order.
    static func problems(_ metadata: JSONObject, _ type: ResourceType, old: JSONObject? = nil) -> [FieldError] {
        let root = FieldPath(keys: "metadata")
        var errors: [FieldError] = []
        if old == nil, let name = metadata["name"]?.string {
            errors += ObjectNames.problems(name, ObjectNames.rule(for: type)).map {
                FieldError(.invalid, root.appending(key: "name"), badValue: .string(name), detail: $0)
            }
        }
        errors += labelProblems(metadata["labels"], at: root.appending(key: "labels"))
        errors += annotationProblems(metadata["annotations"], at: root.appending(key: "annotations"))
        errors += ownerProblems(metadata["ownerReferences"]?.array ?? [], at: root.appending(key: "ownerReferences"))
        let finalizers = root.appending(key: "finalizers")
        for finalizer in metadata["finalizers"]?.array ?? [] {
            let text = finalizer.string ?? ""
            errors += ObjectNames.qualifiedNameProblems(text).map {
                FieldError(.invalid, finalizers, badValue: .string(text), detail: $0)
            }
        }
        if let old, old["deletionTimestamp"]?.string != nil {
            let before = Set((old["finalizers"]?.array ?? []).compactMap(\.string))
            let added = (metadata["finalizers"]?.array ?? []).compactMap(\.string).filter { !before.contains($0) }
            if !added.isEmpty {
                let list = added.map { JSONValue.string($0).jsonText }.joined(separator: ", ")
                errors.append(
                    FieldError(
                        .forbidden,
                        finalizers,
                        detail: "no new finalizers can be added if the object is being deleted, found new finalizers "
                            + "[]string{\(list)}"
                    )
                )
            }
        }
        return errors
    }

    /// Brings what a client sent into the one form in which metadata are stored.
    ///
    /// The real server does so by decoding into its own type and encoding again: empty collections are left out, and
    /// times are in UTC whatever their offset was, so that a client which writes `+00:00` for `Z` changes nothing.
    static func normalize(_ metadata: inout JSONObject) {
        for name in ["labels", "annotations", "ownerReferences", "finalizers"] {
            if let value = metadata[name], value.isNull || value == [:] || value == [] { metadata[name] = nil }
        }
        for name in ["creationTimestamp", "deletionTimestamp"] {
            metadata[name] = metadata[name].map(normalizedTime)
        }
        guard var entries = metadata["managedFields"]?.array, !entries.isEmpty else { return }
        for index in entries.indices {
            if let time = entries[index]["time"] { entries[index]["time"] = normalizedTime(time) }
        }
        metadata["managedFields"] = .array(entries)
    }

    /// A time in UTC to the second; what is none stays as it is.
    private static func normalizedTime(_ value: JSONValue) -> JSONValue {
        guard let text = value.string, !text.hasSuffix("Z"), let date = Timestamp.parse(text) else { return value }
        return .string(Timestamp.format(date))
    }

    /// Puts back what only the server may set; changes that were asked for openly are problems.
    static func keepServerFields(of old: JSONObject, in new: inout JSONObject) -> [FieldError] {
        var errors: [FieldError] = []
        for name in ["uid", "creationTimestamp"] {
            let before = old[name]
            if let value = new[name], !value.isNull, value != before, value != "" {
                errors.append(
                    FieldError(
                        .invalid,
                        FieldPath(keys: "metadata", name),
                        badValue: value,
                        detail: "field is immutable"
                    )
                )
            }
            new[name] = before
        }
        for name in [
            "name", "namespace", "generation", "generateName", "deletionTimestamp", "deletionGracePeriodSeconds",
        ] {
            new[name] = old[name]
        }
        new["selfLink"] = nil
        return errors
    }

    private static func labelProblems(_ labels: JSONValue?, at path: FieldPath) -> [FieldError] {
        var errors: [FieldError] = []
        for (key, value) in labels?.object ?? [:] {
            errors += ObjectNames.qualifiedNameProblems(key).map {
                FieldError(.invalid, path, badValue: .string(key), detail: $0)
            }
            let text = value.string ?? ""
            errors += ObjectNames.labelValueProblems(text).map {
                FieldError(.invalid, path, badValue: .string(text), detail: $0)
            }
        }
        return errors
    }

    private static func annotationProblems(_ annotations: JSONValue?, at path: FieldPath) -> [FieldError] {
        var errors: [FieldError] = []
        var size = 0
        for (key, value) in annotations?.object ?? [:] {
            errors += ObjectNames.qualifiedNameProblems(key.lowercased()).map {
                FieldError(.invalid, path, badValue: .string(key), detail: $0)
            }
            size += key.utf8.count + (value.string?.utf8.count ?? 0)
        }
        if size > 262_144 { errors.append(FieldError(.tooLong, path, detail: "may not be more than 262144 bytes")) }
        return errors
    }

    private static func ownerProblems(_ owners: [JSONValue], at path: FieldPath) -> [FieldError] {
        var errors: [FieldError] = []
        var controller: String?
        for owner in owners {
            for name in ["apiVersion", "kind", "name", "uid"] where owner[name]?.string?.isEmpty ?? true {
                errors.append(FieldError(.invalid, path, badValue: owner, detail: "\(name) must not be empty"))
            }
            guard owner["controller"]?.bool == true else { continue }
            let name = owner["name"]?.string ?? ""
            if let first = controller {
                errors.append(
                    FieldError(
                        .invalid,
                        path,
                        badValue: .array(owners),
                        detail: "Only one reference can have Controller set to true. Found \"true\" in references for "
                            + "\(first) and \(name)"
                    )
                )
            }
            controller = controller ?? name
        }
        return errors
    }
}
