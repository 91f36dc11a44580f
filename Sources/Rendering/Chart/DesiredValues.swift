// Grantor
// SPDX-License-Identifier: Apache-2.0

import KubeCore

/// The merged values that make the chart write an AppInstance, found row by row.
///
/// A row that renders as it should already stays what it is, however it is written.
struct DesiredValues {
    /// The values so far; at first those that there are.
    private(set) var values: JSONObject
    /// What a person should know.
    private(set) var notes: [String] = []
    private let rendered: JSONValue?
    private let refused: Set<FieldPath>
    private let target: JSONValue
    private let isAdminOnly: Bool
    private let isNew: Bool

    /// Prepares for a target.
    ///
    /// - Parameters:
    ///   - current: The merged values that there are.
    ///   - output: What the template makes of them.
    ///   - target: What it is to make.
    ///   - isAdminOnly: Whether the admin block and the egress alone count.
    ///   - isNew: Whether there is no file yet that the values are for.
    init(
        current: JSONObject,
        output: AppInstanceTemplate.Output,
        target: JSONValue,
        isAdminOnly: Bool,
        isNew: Bool
    ) {
        self.isNew = isNew
        values = current
        rendered = try? AppInstanceFromValues.read(output)
        refused = Set(output.problems.map(\.path))
        self.target = target
        self.isAdminOnly = isAdminOnly
    }

    /// Goes through all the rows.
    mutating func fill() {
        for row in ChartRow.all where row.isAdmin || !isAdminOnly { fill(row) }
        fillEgress()
        guard !isAdminOnly else { return }
        fillImage()
        fillHostingEnvironment()
        fillObjectStore()
        if package("observability") == nil { set(nil, at: ["observability", "serviceMonitor"]) }
    }

    /// Puts a value at a path; mappings on the way are made, and `nil` takes it away.
    mutating func set(_ value: JSONValue?, at path: [String]) {
        Self.set(value, at: path[...], in: &values)
    }

    /// Adds line breaks to texts that came out with fewer than they should have; whether there were any.
    mutating func lengthen(_ differences: [ValueDifference]) -> Bool {
        var changed = false
        for difference in differences {
            guard case .string(let wanted)? = difference.old, case .string(let written)? = difference.new,
                difference.path.elements.count > ChartRow.package.count, wanted.hasPrefix(written),
                wanted.utf8.dropFirst(written.utf8.count).allSatisfy({ $0 == 0x0A })
            else { continue }
            let missing = wanted.utf8.count - written.utf8.count
            let path = difference.path.elements.dropFirst(ChartRow.package.count)
            var root = JSONValue.object(values)
            if Self.append(String(repeating: "\n", count: missing), at: path, in: &root), let object = root.object {
                values = object
                changed = true
            }
        }
        return changed
    }

    // MARK: - Rows

    private func package(_ names: String...) -> JSONValue? {
        target[path: ChartRow.package + names]
    }

    private func isRendered(_ path: [String]) -> Bool {
        rendered != nil && rendered?[path: path] == target[path: path]
    }

    private mutating func fill(_ row: ChartRow) {
        let isRefused = refused.contains(FieldPath(row.values.map(FieldPath.Element.key)))
        guard isRefused || !isRendered(row.instance) else { return }
        guard let wanted = target[path: row.instance] else {
            // A namespace that the AppInstance does not name is the release's.
            if row.instance == ["metadata", "namespace"] { return }
            set(JSONValue.object(ChartDefaults.values)[path: row.values], at: row.values)
            return
        }
        switch row.kind {
        case .verbatim:
            set(wanted, at: row.values)
        case .bareAsItIs:
            set(wanted.string == nil ? bare(wanted, at: row.values) : wanted, at: row.values)
        case .bare:
            set(bare(wanted, at: row.values), at: row.values)
        case .trimmed:
            set(Self.fitted(wanted, to: JSONValue.object(values)[path: row.values]), at: row.values)
        }
    }

    /// A value that stays what it is when it is written without quotes: with quotes of its own where need be.
    private mutating func bare(_ wanted: JSONValue, at path: [String]) -> JSONValue {
        let text = ChartReader.print(HelmNumber.fromFile(wanted))
        let isPrinted = wanted.string != nil || wanted.bool != nil || wanted.double != nil
        // Where the template asks whether there is anything, 0 and false count as nothing; as text they are something.
        let isPassedOver = MapTrim.isEmpty(wanted) && Self.passedOverWhenEmpty.contains(path)
        if isPrinted, !isPassedOver, AppInstanceFromValues.reading(ofBare: text).map(HelmNumber.canonical) == wanted {
            return wanted
        }
        let quoted = wanted.jsonText
        guard AppInstanceFromValues.reading(ofBare: quoted) == wanted, wanted != "" else { return wanted }
        let name = path.joined(separator: ".")
        if wanted.string != nil {
            notes.append("\(name) has quotes inside its value, since the chart writes it without any")
        }
        return .string(quoted)
    }

    private static let passedOverWhenEmpty = [["nameOverride"], ["namespaceOverride"], ["images", "registryOverride"]]

    private mutating func fillEgress() {
        guard !isRendered(ChartRow.package + ["egress"]) else { return }
        guard let egress = package("egress") else {
            set(false, at: ["useCustomEgress"])
            return
        }
        if MapTrim.isEmpty(values["useCustomEgress"]) { set(true, at: ["useCustomEgress"]) }
        set(egress["customCertificates"], at: ["egress", "customCertificates"])
    }

    private mutating func fillImage() {
        let path = ["spec", "package", "image"]
        // New values name the tag: the next version of the chart has another one of its own.
        let isSettled = isRendered(path) && !(isNew && MapTrim.isEmpty(values["image"]?["tag"]))
        guard !isSettled, let image = target[path: path]?.string else { return }
        // The tag begins at the first colon behind the last slash: the one before it is a port.
        let slash = image.lastIndex(of: "/") ?? image.startIndex
        guard let colon = image[slash...].firstIndex(of: ":") ?? image.lastIndex(of: ":") else { return }
        let repository = String(image[..<colon])
        let isStandard = repository == ChartDefaults.imageRepository
        set(.string(isStandard ? "" : repository), at: ["fullnameOverride"])
        set(.string(String(image[image.index(after: colon)...])), at: ["image", "tag"])
    }

    private mutating func fillHostingEnvironment() {
        let path = ChartRow.package + ["hostingEnvironment"]
        guard !isRendered(path) else { return }
        guard let wanted = target[path: path]?.object else {
            set([:], at: ["hostingEnvironment"])
            return
        }
        guard let name = ChartRow.hostingEnvironments.first(where: { wanted[$0] != nil }) else { return }
        let fitted = Self.fitted(wanted[name] ?? .null, to: values["hostingEnvironment"]?[name])
        set(.object([name: fitted]), at: ["hostingEnvironment"])
    }

    private mutating func fillObjectStore() {
        let path = ChartRow.package + ["objectStore"]
        guard !isRendered(path), let wanted = target[path: path]?.object else { return }
        let name = ChartRow.objectStores.first { wanted[$0] != nil }
        for other in ChartRow.objectStores where other != name { set(nil, at: ["objectStore", other]) }
        guard let name else { return }
        set(Self.fitted(wanted[name] ?? .null, to: values["objectStore"]?[name]), at: ["objectStore", name])
    }

    /// A trimmed field, with what trimming takes away left as the user has it.
    private static func fitted(_ wanted: JSONValue, to present: JSONValue?) -> JSONValue {
        guard let wanted = wanted.isNull ? [:] : wanted.object else { return wanted }
        var fitted: JSONObject = [:]
        for (name, value) in present?.object ?? [:] {
            let isEmpty = value.object.map { MapTrim.members(of: $0).isEmpty } ?? MapTrim.isEmpty(value)
            if isEmpty { fitted[name] = value }
        }
        for (name, value) in wanted {
            fitted[name] = value.object == nil ? value : Self.fitted(value, to: present?[name])
        }
        return .object(fitted)
    }

    // MARK: - Paths

    private static func set(_ value: JSONValue?, at path: ArraySlice<String>, in object: inout JSONObject) {
        guard let name = path.first else { return }
        if path.count == 1 {
            object[name] = value
            return
        }
        // Nothing is made only to take something out of it.
        if object[name]?.object == nil, value == nil { return }
        var inner = object[name]?.object ?? [:]
        set(value, at: path.dropFirst(), in: &inner)
        object[name] = .object(inner)
    }

    private static func append(
        _ text: String,
        at path: ArraySlice<FieldPath.Element>,
        in value: inout JSONValue
    ) -> Bool {
        switch (path.first, value) {
        case (nil, .string(let old)):
            value = .string(old + text)
            return true
        case (.key(let name)?, .object(var object)):
            guard var inner = object[name], append(text, at: path.dropFirst(), in: &inner) else { return false }
            object[name] = inner
            value = .object(object)
            return true
        case (.index(let index)?, .array(var elements)):
            guard elements.indices.contains(index) else { return false }
            var inner = elements[index]
            guard append(text, at: path.dropFirst(), in: &inner) else { return false }
            elements[index] = inner
            value = .array(elements)
            return true
        default:
            return false
        }
    }
}
