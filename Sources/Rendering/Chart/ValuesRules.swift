// Grantor
// SPDX-License-Identifier: Apache-2.0

public import AdminAPI
public import KubeCore

/// The traps of values.yaml: what the chart passes on without a word, and what it passes over.
///
/// `AdminRules` judges the admin block itself; here is what only the chart makes wrong.
public struct ValuesRules: Sendable {
    /// How much of an installation's values is known.
    public enum Extent: Sendable {
        /// One file, which others may complete.
        case file
        /// All files of the installation, merged.
        case whole
    }

    private let values: JSONObject
    private let merged: JSONObject
    private let extent: Extent
    private var findings: [Finding] = []

    /// Judges a user's values.
    ///
    /// - Parameters:
    ///   - values: The values of the user's file or files, without the chart's defaults.
    ///   - extent: How much is known.
    /// - Returns: The findings, with paths from the root of values.yaml.
    public static func findings(for values: JSONObject, extent: Extent) -> [Finding] {
        var rules = ValuesRules(values, extent)
        rules.checkKeys()
        rules.checkSilence()
        rules.checkReferences()
        rules.checkEgress()
        rules.checkBareValues()
        return rules.findings
    }

    /// Whether a file is meant to be complete: it says more than who may sign in.
    public static func looksComplete(_ values: JSONObject) -> Bool {
        values.contains { !["admin", "egress", "useCustomEgress"].contains($0.name) && !isPrivate($0.name) }
    }

    private init(_ values: JSONObject, _ extent: Extent) {
        self.values = values
        self.extent = extent
        merged = HelmValues.coalesce(values)
    }

    private func value(_ path: [String]) -> JSONValue? {
        JSONValue.object(values)[path: path]
    }

    private func path(_ names: String...) -> FieldPath {
        FieldPath(names.map(FieldPath.Element.key))
    }

    private mutating func report(_ level: Finding.Level, _ error: FieldError) {
        findings.append(Finding(level, error))
    }

    // MARK: - Names that the chart passes over

    private mutating func checkKeys() {
        for level in ChartKeys.all {
            guard let object = level.path.isEmpty ? values : value(level.path)?.object else { continue }
            let path = FieldPath(level.path.map(FieldPath.Element.key))
            for (name, _) in object where !level.names.contains(where: { UTF8Order.equal($0, name) }) {
                let near = Suggestion.nearest(to: name, in: level.names)
                if near == nil, level.isOpen || level.path.isEmpty && Self.isPrivate(name) { continue }
                let advice = near.map { ": did you mean \($0)?" } ?? ""
                let detail = "the chart does not know this field, and passes it over\(advice)"
                report(.warning, FieldError(.forbidden, Self.shownPath(path, name), detail: detail))
            }
        }
        if value(["admin", "internalSigningKey"]) != nil {
            let detail = "the chart has no place for it, and passes it over"
            report(.warning, FieldError(.forbidden, path("admin", "internalSigningKey"), detail: detail))
        }
    }

    /// Names that people give to anchors and notes of their own.
    private static func isPrivate(_ name: String) -> Bool {
        name.hasPrefix("x-") || name.hasPrefix("_") || name.hasPrefix(".")
    }

    /// The path of a member, or of its parent when the name itself had better not be shown.
    private static func shownPath(_ path: FieldPath, _ name: String) -> FieldPath {
        let isShowable = name.utf8.count <= 64 && name.utf8.allSatisfy { $0 > 0x20 && $0 != 0x40 && $0 != 0x7F }
        return isShowable ? path.appending(key: name) : path
    }

    // MARK: - What the chart passes on where the files are silent

    private mutating func checkSilence() {
        guard extent == .whole || Self.looksComplete(values), merged["admin"]?.object != nil else { return }
        if merged["admin"]?["users"] == ChartDefaults.values["admin"]?["users"] {
            let detail =
                "where values are silent, the chart passes on one user whose fields are all empty: list the users"
            report(.error, FieldError(.required, path("admin", "users"), detail: detail))
        }
        if merged["admin"]?["dsn"] == ChartDefaults.values["admin"]?["dsn"] {
            let detail = "where values are silent, the chart passes on a reference with an empty name and an empty key"
            report(extent == .whole ? .error : .warning, FieldError(.required, path("admin", "dsn"), detail: detail))
        }
    }

    /// The default of `dsn` is a reference to a Secret, which stays beside whatever else is given.
    private mutating func checkReferences() {
        guard let dsn = value(["admin", "dsn"])?.object, let all = merged["admin"]?["dsn"] else { return }
        if dsn["value"] != nil, dsn["valueFrom"] == nil, all["valueFrom"] != nil {
            let detail =
                "the chart's default valueFrom stays beside it, and the package refuses both: add valueFrom: null"
            report(.error, FieldError(.forbidden, path("admin", "dsn", "value"), detail: detail))
        }
        if dsn["valueFrom"]?["configMapKeyRef"] != nil, dsn["valueFrom"]?["secretKeyRef"] == nil,
            all["valueFrom"]?["secretKeyRef"] != nil
        {
            let place = path("admin", "dsn", "valueFrom", "configMapKeyRef")
            let detail =
                "the chart's default secretKeyRef stays beside it, and the package refuses both: add secretKeyRef: null"
            report(.error, FieldError(.forbidden, place, detail: detail))
        }
    }

    private mutating func checkEgress() {
        let isUsed = !MapTrim.isEmpty(merged["useCustomEgress"])
        if !isUsed, let certificates = value(["egress", "customCertificates"])?.object, !certificates.isEmpty {
            let detail = "has no effect unless useCustomEgress is true"
            report(.warning, FieldError(.invalid, path("egress", "customCertificates"), detail: detail))
        }
        let standard = ChartDefaults.values["egress"]
        if isUsed, extent == .whole || Self.looksComplete(values), merged["egress"] == standard {
            let detail =
                "egress.customCertificates names no ConfigMap: the chart passes on an empty name and an empty key"
            report(.warning, FieldError(.invalid, path("useCustomEgress"), badValue: true, detail: detail))
        }
    }

    // MARK: - What the chart writes without quotes

    private mutating func checkBareValues() {
        for row in ChartRow.all where row.kind == .bare {
            guard let value = value(row.values) else { continue }
            checkBare(value, at: FieldPath(row.values.map(FieldPath.Element.key)), isQuoted: false)
        }
        for names in [["image", "tag"], ["fullnameOverride"]] {
            guard let value = value(names) else { continue }
            checkBare(value, at: FieldPath(names.map(FieldPath.Element.key)), isQuoted: true)
        }
    }

    private mutating func checkBare(_ value: JSONValue, at path: FieldPath, isQuoted: Bool) {
        switch value {
        case .string(let text) where !text.isEmpty && !isQuoted:
            guard let read = AppInstanceFromValues.reading(ofBare: text) else {
                let detail = "the chart writes it without quotes, where it is no YAML: put quotes inside the value"
                report(.error, FieldError(.invalid, path, detail: detail))
                return
            }
            guard read.string == nil else { return }
            let detail =
                "the chart writes it without quotes, where YAML takes it for something of type \(read.typeName): "
            report(.error, FieldError(.invalid, path, detail: detail + "put quotes inside the value, as in '\"...\"'"))
        case .integer, .number:
            let written = ChartReader.print(HelmNumber.fromFile(value))
            guard written.contains("e") else { return }
            let detail = "Helm writes this number as \(written): put it in quotes"
            report(.error, FieldError(.typeInvalid, path, detail: detail))
        default:
            return
        }
    }
}
