// Grantor
// SPDX-License-Identifier: Apache-2.0

import KubeCore

/// Which objects of a collection a list or watch shows, and in which version.
struct ObjectSelection: Sendable {
    /// The definition that is asked for.
    let definition: ResourceDefinition
    /// The condition on labels; `nil` when there is none.
    let labels: LabelSelector?
    /// The condition on fields, without those that `name` holds; `nil` when there is none.
    let fields: FieldSelector?
    /// The only name shown; `nil` for all.
    let name: String?

    /// Reads the selectors of a request.
    ///
    /// - Throws: `Status` 400 when a selector cannot be read or names a field that cannot be selected by.
    init(definition: ResourceDefinition, query: [String: String], name: String? = nil) throws(Status) {
        self.definition = definition
        var exactName = name
        do throws(FieldError) {
            let labels = try query["labelSelector"].map { text throws(FieldError) in try LabelSelector(parsing: text) }
            self.labels = labels.flatMap { $0.requirements.isEmpty ? nil : $0 }
        } catch {
            throw .badRequest("\(error.detail): \(error.badValue?.string ?? "")")
        }
        try Self.check(labels)
        var requirements: [FieldSelector.Requirement] = []
        do throws(FieldError) {
            for requirement in try FieldSelector(parsing: query["fieldSelector"] ?? "").requirements {
                if requirement.field == "metadata.name", requirement.mustEqual, exactName == nil {
                    exactName = requirement.value
                } else {
                    requirements.append(requirement)
                }
            }
        } catch {
            throw .badRequest("invalid selector: '\(error.badValue?.string ?? "")'; can't understand it")
        }
        for requirement in requirements where !Self.isSelectable(requirement.field, in: definition) {
            throw .badRequest(Self.refusal(of: requirement.field, in: definition))
        }
        fields = requirements.isEmpty ? nil : FieldSelector(requirements)
        self.name = exactName
    }

    /// Refuses labels that no object can have.
    private static func check(_ selector: LabelSelector?) throws(Status) {
        for requirement in selector?.requirements ?? [] {
            var problems = ObjectNames.qualifiedNameProblems(requirement.key).map { "key: \($0)" }
            if problems.isEmpty {
                problems = requirement.values.flatMap(ObjectNames.labelValueProblems).map { "values: \($0)" }
            }
            if let problem = problems.first { throw .badRequest("unable to parse requirement: \(problem)") }
        }
    }

    /// Whether no object of the scope is left out.
    var showsEverything: Bool {
        labels == nil && fields == nil
    }

    /// The object in the version asked for; `nil` when it is not selected.
    func shown(_ object: StoredObject) -> JSONValue? {
        if let name, !UTF8Order.equal(name, object.key.name) { return nil }
        if let labels, !labels.matches(object.value["metadata"]?["labels"]?.object?.stringMembers ?? [:]) { return nil }
        let value = converted(object)
        if let fields, !fields.matches(value) { return nil }
        return value
    }

    /// The object in the version asked for.
    func converted(_ object: StoredObject) -> JSONValue {
        VersionConversion.convert(object.value, to: definition)
    }

    private static func isSelectable(_ field: String, in definition: ResourceDefinition) -> Bool {
        switch field {
        case "metadata.name": true
        case "metadata.namespace": definition.type.isNamespaced || definition.origin == .builtIn
        default:
            definition.selectableFields.contains { $0 == field || $0.dropFirst() == field && $0.hasPrefix(".") }
        }
    }

    private static func refusal(of field: String, in definition: ResourceDefinition) -> String {
        if definition.origin == .builtIn, definition.selectableFields.isEmpty {
            return "\"\(field)\" is not a known field selector: only \"metadata.name\", \"metadata.namespace\""
        }
        return "field label not supported: \(field)"
    }
}
