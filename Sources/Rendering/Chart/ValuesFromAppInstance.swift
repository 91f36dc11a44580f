// Grantor
// SPDX-License-Identifier: Apache-2.0

public import KubeCore

/// Makes values with which the chart renders a given AppInstance.
///
/// Whatever it makes is rendered back and compared before anybody gets to see it.
public struct ValuesFromAppInstance: Sendable {
    /// The values, and what a person should know about them.
    public struct Outcome: Hashable, Sendable {
        /// The values; what equals a default of the chart is left out unless the user's file had it.
        public let values: JSONObject
        /// Sentences for a person.
        public let notes: [String]
    }

    /// The name of the release; `nil` writes `nameOverride` into new values, and takes existing ones to fit.
    public var releaseName: String?
    /// The namespace of the release, likewise with `namespaceOverride`.
    public var releaseNamespace: String?
    /// Whether to render `admin` and `egress` alone.
    public var isAdminOnly = false
    /// Whether to keep values that equal the chart's defaults.
    public var isFull = false

    /// Creates a renderer.
    public init() {}

    /// Renders values.
    ///
    /// - Parameters:
    ///   - instance: The AppInstance.
    ///   - isSingleNamespace: Whether it stands in kubit's ConfigMap.
    ///   - existing: The user's own values, to be changed no more than needed.
    /// - Returns: The values of the file, and what a person should know.
    /// - Throws: `ChartError` with code `notExpressible`, and the path of each field that no value brings about.
    public func values(
        for instance: JSONValue,
        isSingleNamespace: Bool = false,
        over existing: JSONObject? = nil
    ) throws(ChartError) -> Outcome {
        let target = ChartTarget(instance, isAdminOnly: isAdminOnly)
        guard target.problems.allSatisfy({ $0.kind != .required }) else { throw Self.refusal(target.problems) }
        let user = existing ?? [:]
        let metadata = instance["metadata"]
        let release = ChartRelease(
            name: releaseName ?? (existing == nil ? nil : metadata?["name"]?.string) ?? Self.unknown,
            namespace: releaseNamespace ?? (existing == nil ? nil : metadata?["namespace"]?.string) ?? Self.unknown
        )
        let current = HelmValues.coalesce(HelmValues.fromFile(user))
        let output = AppInstanceTemplate.render(current, release: release, isAdminOnly: isAdminOnly)
        var desired = DesiredValues(
            current: current,
            output: output,
            target: target.document,
            isAdminOnly: isAdminOnly,
            isNew: existing == nil
        )
        desired.fill()
        if isSingleNamespace, !isAdminOnly { desired.set(true, at: ["kubitSingleNamespace"]) }
        let settled = try settle(&desired, user: user, current: current, release: release, target: target)
        let warnings = settled.warnings.map(\.description)
        return Outcome(values: selected(settled.values), notes: target.notes + desired.notes + warnings)
    }

    /// Stands for a release of which nothing is known; no AppInstance can be called so.
    private static let unknown = "release unknown"

    /// Renders what was found, and makes up for line breaks that trimming takes away, until all is as it should be.
    private func settle(
        _ desired: inout DesiredValues,
        user: JSONObject,
        current: JSONObject,
        release: ChartRelease,
        target: ChartTarget
    ) throws(ChartError) -> (values: JSONObject, warnings: [FieldError]) {
        var rounds = 0
        while true {
            let adjusted = ValuesAdjustment.adjust(
                user,
                current: current,
                desired: desired.values,
                defaults: ChartDefaults.values
            )
            let differences: [ValueDifference]
            let warnings: [FieldError]
            do throws(ChartError) {
                let rendered = try AppInstanceFromValues.render(
                    HelmValues.fromFile(adjusted),
                    release: release,
                    isAdminOnly: isAdminOnly
                )
                warnings = rendered.warnings
                differences = ValueDifference.between(target.document, rendered.instance).filter { !Self.isFree($0) }
            } catch {
                throw Self.refusal(target.problems + Self.translated(error))
            }
            if differences.isEmpty, target.problems.isEmpty { return (adjusted, warnings) }
            rounds += 1
            if rounds <= 16, desired.lengthen(differences) { continue }
            throw Self.refusal(target.problems + differences.flatMap(Self.opened).map(Self.problem))
        }
    }

    /// A namespace that the AppInstance does not name is the release's.
    private static func isFree(_ difference: ValueDifference) -> Bool {
        difference.old == nil && difference.path == FieldPath(keys: "metadata", "namespace")
    }

    /// What is written out.
    private func selected(_ values: JSONObject) -> JSONObject {
        guard isFull else { return values }
        var all = HelmValues.merge(values, over: ChartDefaults.values)
        if isAdminOnly { all.keep { ["admin", "egress", "useCustomEgress"].contains($0.name) } }
        return all
    }

    // MARK: - Why not

    private static func refusal(_ problems: [FieldError]) -> ChartError {
        ChartError(
            .notExpressible,
            "cannot render values: the chart cannot express this AppInstance",
            problems: problems
        )
    }

    /// What the chart would refuse, with the paths of the AppInstance.
    private static func translated(_ error: ChartError) -> [FieldError] {
        if error.problems.isEmpty {
            return [FieldError(.invalid, FieldPath(), detail: error.message)]
        }
        return error.problems.map { problem in
            FieldError(
                problem.kind,
                ChartRow.instancePath(ofValue: problem.path),
                badValue: problem.badValue,
                detail: problem.detail
            )
        }
    }

    /// A mapping that trimming left nothing of is told by its parts.
    private static func opened(_ difference: ValueDifference) -> [ValueDifference] {
        guard isTrimmed(difference.path), let old = difference.old?.object, !old.isEmpty,
            difference.new?.isNull ?? true, MapTrim.members(of: old).isEmpty
        else { return [difference] }
        return ValueDifference.between(.object(old), [:], at: difference.path).flatMap(opened)
    }

    private static func problem(_ difference: ValueDifference) -> FieldError {
        let path = difference.path
        switch (difference.old, difference.new) {
        case (let old?, nil):
            if isTrimmed(path), MapTrim.isEmpty(old) {
                return FieldError(
                    .forbidden,
                    path,
                    detail: "the chart drops empty values (null, \"\", 0, false, [], {})"
                )
            }
            return FieldError(.forbidden, path, detail: "the chart has no value for it")
        case (nil, _?):
            return FieldError(.required, path, detail: "the chart always writes it")
        case (.object(let old)?, .null?) where old.isEmpty:
            return FieldError(.invalid, path, badValue: [:], detail: "the chart writes null where {} stands")
        case (_, let new?):
            let isSecret = path.elements.contains(.key("value"))
            let written = isSecret || path.elements.contains(.key("users")) ? "something else" : new.jsonText
            return FieldError(.invalid, path, detail: "the chart would write \(written.prefix(120))")
        case (nil, nil):
            return FieldError(.invalid, path)
        }
    }

    private static func isTrimmed(_ path: FieldPath) -> Bool {
        let names =
            ["hostingEnvironment", "objectStore"] + ChartRow.all.filter { $0.kind == .trimmed }.map { $0.values[0] }
        let root = ChartRow.package.map(FieldPath.Element.key)
        guard path.elements.starts(with: root), path.elements.count > root.count,
            case .key(let name) = path.elements[root.count]
        else { return false }
        return names.contains(name)
    }
}
