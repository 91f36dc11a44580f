// Grantor
// SPDX-License-Identifier: Apache-2.0

import KubeCore

/// Reads custom resource definitions (`apiextensions.k8s.io/v1`): what they define, and what is wrong with them.
enum CustomResourceReader {
    private static let spec = FieldPath(keys: "spec")

    /// The served versions that a stored definition defines; none before its names are accepted.
    static func definitions(_ object: JSONValue) -> [ResourceDefinition] {
        guard let name = object["metadata"]?["name"]?.string, let spec = object["spec"],
            let group = spec["group"]?.string,
            CustomResourceStatus.isTrue(CustomResourceStatus.established, in: object)
        else { return [] }
        return (spec["versions"]?.array ?? []).compactMap { version in
            guard version["served"] == true else { return nil }
            return definition(version, name: name, group: group, spec: spec)
        }
    }

    private static func definition(
        _ version: JSONValue,
        name: String,
        group: String,
        spec: JSONValue
    )
        -> ResourceDefinition?
    {
        let names = spec["names"]
        guard let versionName = version["name"]?.string, let kind = names?["kind"]?.string,
            let plural = names?["plural"]?.string
        else { return nil }
        let type = ResourceType(
            group: group,
            version: versionName,
            kind: kind,
            plural: plural,
            isNamespaced: spec["scope"] == "Namespaced"
        )
        var definition = ResourceDefinition(
            type: type,
            singular: names?["singular"]?.string ?? kind.lowercased(),
            listKind: names?["listKind"]?.string ?? "\(kind)List",
            storageKey: name
        )
        definition.shortNames = (names?["shortNames"]?.array ?? []).compactMap(\.string)
        definition.categories = (names?["categories"]?.array ?? []).compactMap(\.string)
        definition.origin = .custom(name)
        definition.hasStatus = version["subresources"]?["status"]?.object != nil
        definition.selectableFields = (version["selectableFields"]?.array ?? []).compactMap { $0["jsonPath"]?.string }
        definition.printerColumns = columns(version["additionalPrinterColumns"]?.array ?? [])
        if let schema = version["schema"]?["openAPIV3Schema"] {
            definition.schema = try? StructuralSchema(json: schema)
        }
        if version["deprecated"] == true {
            definition.deprecationWarning =
                version["deprecationWarning"]?.string ?? "\(type.apiVersion) \(kind) is deprecated"
        }
        return definition
    }

    private static func columns(_ columns: [JSONValue]) -> [ResourceDefinition.PrinterColumn] {
        if columns.isEmpty {
            // What the real server shows when nothing is declared.
            return [
                ResourceDefinition.PrinterColumn(
                    name: "Age",
                    type: "date",
                    description: "CreationTimestamp is a timestamp representing the server time when this object was "
                        + "created.",
                    jsonPath: ".metadata.creationTimestamp"
                )
            ]
        }
        return columns.map { column in
            ResourceDefinition.PrinterColumn(
                name: column["name"]?.string ?? "",
                type: column["type"]?.string ?? "string",
                format: column["format"]?.string ?? "",
                description: column["description"]?.string ?? "",
                priority: Int(column["priority"]?.integer ?? 0),
                jsonPath: column["jsonPath"]?.string ?? ""
            )
        }
    }

    // MARK: - Problems

    /// What is wrong with a definition (`apiextensions/validation/validation.go`).
    static func problems(_ object: JSONValue, old: JSONValue?) -> [FieldError] {
        let spec = object["spec"] ?? [:]
        var errors: [FieldError] = []
        let group = spec["group"]?.string ?? ""
        let names = spec["names"] ?? [:]
        let plural = names["plural"]?.string ?? ""
        let name = object["metadata"]?["name"]?.string ?? ""
        if !UTF8Order.equal(name, "\(plural).\(group)") {
            errors.append(
                FieldError(
                    .invalid,
                    FieldPath(keys: "metadata", "name"),
                    badValue: .string(name),
                    detail: "must be spec.names.plural+\".\"+spec.group"
                )
            )
        }
        errors += approvalProblems(object, group: group) + groupProblems(group) + namesProblems(names)
        errors += scopeProblems(spec["scope"]?.string ?? "")
        errors += versionProblems(spec["versions"]?.array ?? [])
        let strategy = spec["conversion"]?["strategy"]?.string ?? "None"
        if strategy != "None" {
            errors.append(
                FieldError(
                    .notSupported,
                    self.spec.appending(key: "conversion").appending(key: "strategy"),
                    badValue: .string(strategy),
                    detail: "supported values: \"None\""
                )
            )
        }
        if spec["preserveUnknownFields"] == true {
            errors.append(
                FieldError(
                    .invalid,
                    self.spec.appending(key: "preserveUnknownFields"),
                    badValue: true,
                    detail: "cannot set to true, set x-kubernetes-preserve-unknown-fields to true in "
                        + "spec.versions[*].schema instead"
                )
            )
        }
        if let old { errors += changeProblems(spec, old["spec"] ?? [:]) }
        return errors
    }

    private static func approvalProblems(_ object: JSONValue, group: String) -> [FieldError] {
        let annotation = "api-approved.kubernetes.io"
        guard group.hasSuffix(".k8s.io") || group.hasSuffix(".kubernetes.io"),
            object["metadata"]?["annotations"]?[annotation]?.string?.isEmpty ?? true
        else { return [] }
        return [
            FieldError(
                .required,
                FieldPath(keys: "metadata", "annotations").appending(key: annotation),
                detail: "protected groups must have approval annotation \"api-approved.kubernetes.io\", see "
                    + "https://github.com/kubernetes/enhancements/pull/1111"
            )
        ]
    }

    private static func groupProblems(_ group: String) -> [FieldError] {
        let path = spec.appending(key: "group")
        if group.isEmpty { return [FieldError(.required, path)] }
        if !group.contains(".") {
            return [
                FieldError(.invalid, path, badValue: .string(group), detail: "should be a domain with at least one dot")
            ]
        }
        return ObjectNames.problems(group, .subdomain).map {
            FieldError(.invalid, path, badValue: .string(group), detail: $0)
        }
    }

    private static func namesProblems(_ names: JSONValue) -> [FieldError] {
        let path = spec.appending(key: "names")
        var errors: [FieldError] = []
        for member in ["plural", "singular", "kind", "listKind"] {
            let place = path.appending(key: member)
            guard let text = names[member]?.string, !text.isEmpty else {
                if member == "plural" || member == "kind" { errors.append(FieldError(.required, place)) }
                continue
            }
            let isKind = member == "kind" || member == "listKind"
            errors += ObjectNames.problems(isKind ? text.lowercased() : text, .serviceLabel).map {
                FieldError(.invalid, place, badValue: .string(text), detail: $0)
            }
        }
        if let kind = names["kind"]?.string, kind == names["listKind"]?.string, !kind.isEmpty {
            errors.append(
                FieldError(
                    .invalid,
                    path.appending(key: "listKind"),
                    badValue: .string(kind),
                    detail: "kind and listKind may not be the same"
                )
            )
        }
        return errors
    }

    private static func scopeProblems(_ scope: String) -> [FieldError] {
        let path = spec.appending(key: "scope")
        if scope.isEmpty { return [FieldError(.required, path)] }
        if scope == "Namespaced" || scope == "Cluster" { return [] }
        let detail = "supported values: \"Cluster\", \"Namespaced\""
        return [FieldError(.notSupported, path, badValue: .string(scope), detail: detail)]
    }

    private static func versionProblems(_ versions: [JSONValue]) -> [FieldError] {
        let path = spec.appending(key: "versions")
        var errors: [FieldError] = []
        var seen: Set<String> = []
        for (index, version) in versions.enumerated() {
            let place = path.appending(index: index)
            let name = version["name"]?.string ?? ""
            if !seen.insert(name).inserted {
                errors.append(
                    FieldError(
                        .invalid,
                        path,
                        badValue: .array(versions.map { $0["name"] ?? "" }),
                        detail: "must contain unique version names"
                    )
                )
            }
            errors += ObjectNames.problems(name, .serviceLabel).map {
                FieldError(.invalid, place.appending(key: "name"), badValue: .string(name), detail: $0)
            }
            let schemaPath = place.appending(key: "schema").appending(key: "openAPIV3Schema")
            guard let schema = version["schema"]?["openAPIV3Schema"], schema.object != nil else {
                errors.append(FieldError(.required, schemaPath, detail: "schemas are required"))
                continue
            }
            if schema["type"] != "object" {
                let detail = "must be \"object\" at the root"
                errors.append(
                    schema["type"] == nil
                        ? FieldError(
                            .required,
                            schemaPath.appending(key: "type"),
                            detail: "must not be empty at the root"
                        )
                        : FieldError(
                            .invalid,
                            schemaPath.appending(key: "type"),
                            badValue: schema["type"],
                            detail: detail
                        )
                )
                continue
            }
            do throws(FieldError) {
                _ = try StructuralSchema(json: schema, at: schemaPath)
            } catch {
                errors.append(error)
            }
        }
        if versions.filter({ $0["storage"] == true }).count != 1 {
            errors.append(
                FieldError(
                    .invalid,
                    path,
                    badValue: .array(versions),
                    detail: "must have exactly one version marked as storage version"
                )
            )
        }
        return errors
    }

    private static func changeProblems(_ spec: JSONValue, _ old: JSONValue) -> [FieldError] {
        func immutable(_ path: FieldPath, _ new: JSONValue?, _ old: JSONValue?) -> [FieldError] {
            new == old ? [] : [FieldError(.invalid, path, badValue: new, detail: "field is immutable")]
        }
        let names = self.spec.appending(key: "names")
        return immutable(self.spec.appending(key: "scope"), spec["scope"], old["scope"])
            + immutable(names.appending(key: "kind"), spec["names"]?["kind"], old["names"]?["kind"])
            + immutable(self.spec.appending(key: "group"), spec["group"], old["group"])
            + immutable(names.appending(key: "plural"), spec["names"]?["plural"], old["names"]?["plural"])
    }
}
