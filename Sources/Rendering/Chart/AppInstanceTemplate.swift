// Grantor
// SPDX-License-Identifier: Apache-2.0

import KubeCore
import YAMLSource

/// The text that the chart's template makes of merged values.
///
/// It is made as text and read again, because that is what decides: values written without quotes change their type,
/// and a mapping where the chart expects a list ends up one level higher.
struct AppInstanceTemplate {
    /// The chart's template speaks of `spec.package.spec` at this depth.
    private static let packageIndent = "      "

    private var reader: ChartReader
    private var lines: [String] = []
    private var misplaced: [FieldPath] = []

    /// Renders merged values.
    ///
    /// - Parameters:
    ///   - values: The user's values over the chart's defaults.
    ///   - release: Name and namespace of the release.
    ///   - isAdminOnly: Whether to leave out everything but `admin` and `egress`, and what it requires.
    /// - Returns: The text and what is known about it.
    static func render(_ values: JSONObject, release: ChartRelease, isAdminOnly: Bool) -> Output {
        var template = AppInstanceTemplate(reader: ChartReader(values: values))
        if isAdminOnly {
            template.lines = ["spec:", "  package:", "    spec:"]
        } else {
            template.writeHead(release)
            template.writePackage()
        }
        template.writeAdmin()
        if !isAdminOnly { template.writeTail() }
        var text = template.lines.joined(separator: "\n") + "\n"
        // In a ConfigMap the text has become JSON before Helm looks for it.
        if isAdminOnly || MapTrim.isEmpty(values["kubitSingleNamespace"]), text.contains(ChartReader.nothing) {
            text.replace(ChartReader.nothing, with: "")
        }
        return Output(
            text: text,
            problems: template.reader.problems,
            bare: template.reader.bare,
            misplaced: template.misplaced
        )
    }

    /// A rendered text, and what is known about it.
    struct Output {
        /// The text.
        let text: String
        /// What Helm would have failed for.
        let problems: [FieldError]
        /// The values that stand in the text without quotes.
        let bare: [(path: FieldPath, value: JSONValue, text: String)]
        /// Values that the template writes where readers of YAML expect a list or mapping of several lines.
        let misplaced: [FieldPath]
    }

    private mutating func write(_ line: String) {
        lines.append(line)
    }

    /// The text of a value below its key, at that depth.
    private static func block(_ value: JSONValue?, at indent: Int) -> String {
        let value = value ?? .null
        guard MapTrim.isWritable(value) else { return "\n" + String(repeating: " ", count: indent) }
        let pad = String(repeating: " ", count: indent)
        let text = YAMLWriter.text(HelmNumber.canonical(value)).dropLast()
        return "\n" + pad + text.replacing("\n", with: "\n" + pad)
    }

    /// The text of a value at the depth of its key, where only lists and mappings of several lines can stand.
    ///
    /// Anything else, such as `[]`, is written one step deeper, and remembered.
    private mutating func blockBesideKey(_ value: JSONValue?, at indent: Int, _ names: String...) -> String {
        if value?.object?.isEmpty == false || value?.array?.isEmpty == false { return Self.block(value, at: indent) }
        misplaced.append(FieldPath(names.map(FieldPath.Element.key)))
        return Self.block(value, at: indent + 2)
    }

    /// The text of trimmed members below their key; nothing when there are none.
    private static func block(trimmed members: JSONObject, at indent: Int) -> String {
        members.isEmpty ? "" : block(.object(MapTrim.cut(members)), at: indent)
    }

    // MARK: - Parts, in the order of the template

    private mutating func writeHead(_ release: ChartRelease) {
        write("apiVersion: kubecfg.dev/v1alpha1")
        write("kind: AppInstance")
        write("metadata:")
        write("  name: " + bareText(reader.value("nameOverride"), orElse: release.name, "nameOverride"))
        write(
            "  namespace: "
                + bareText(reader.value("namespaceOverride"), orElse: release.namespace, "namespaceOverride")
        )
        write("spec:")
        write("  pause: " + reader.bareText(reader.value("pause"), "pause"))
        write("  imagePullSecrets:" + blockBesideKey(reader.value("imagePullSecrets"), at: 2, "imagePullSecrets"))
        write("  package:")
        let repository = reader.value("fullnameOverride")
        let tag = reader.value("image", "tag")
        let name = MapTrim.isEmpty(repository) ? ChartDefaults.imageRepository : ChartReader.print(repository ?? .null)
        let version = MapTrim.isEmpty(tag) ? ChartDefaults.appVersion : ChartReader.print(tag ?? .null)
        write("    image: \"\(name):\(version)\"")
        write("    apiVersion: influxdata.com/v1alpha1")
        write("    spec:")
    }

    private mutating func bareText(_ value: JSONValue?, orElse standard: String, _ name: String) -> String {
        reader.bareText(MapTrim.isEmpty(value) ? .string(standard) : value, name)
    }

    private mutating func writePackage() {
        let indent = Self.packageIndent
        writeHostingEnvironment()
        write(indent + "catalog:")
        write(indent + "  dsn:")
        write(indent + "    valueFrom:")
        write(indent + "      secretKeyRef:")
        let name = reader.required("catalog", "dsn", "SecretName")
        write(indent + "        name: " + reader.bareText(name, "catalog", "dsn", "SecretName"))
        let key = reader.required("catalog", "dsn", "SecretKey")
        write(indent + "        key: " + reader.bareText(key, "catalog", "dsn", "SecretKey"))
        writeImages()
        writeObjectStore()
        for name in ["ingesterStorage", "monitoringStorage", "ingress"] {
            write(indent + "\(name):" + Self.block(trimmed: reader.trimmed(name), at: 8))
        }
        for name in ["components", "resources"] {
            let members = MapTrim.reread(reader.trimmed(name))
            if !members.isEmpty {
                write(indent + "\(name):" + Self.block(MapTrim.cut(.object(members)), at: 8))
            }
        }
    }

    private mutating func writeHostingEnvironment() {
        guard let environment = reader.value("hostingEnvironment"), !MapTrim.isEmpty(environment) else { return }
        write(Self.packageIndent + "hostingEnvironment:")
        guard let object = environment.object else {
            let path = FieldPath(keys: "hostingEnvironment")
            reader.report(.typeInvalid, path, "the chart needs a mapping here", showing: .string(environment.typeName))
            return
        }
        guard let name = ChartRow.hostingEnvironments.first(where: { object[$0] != nil }) else { return }
        let members = reader.trimmed("hostingEnvironment", name)
        write(Self.packageIndent + "  \(name):" + Self.block(trimmed: members, at: 10))
    }

    private mutating func writeImages() {
        let overrides = reader.value("images", "overrides")
        let registry = reader.value("images", "registryOverride")
        guard !MapTrim.isEmpty(overrides) || !MapTrim.isEmpty(registry) else { return }
        write(Self.packageIndent + "images:")
        if !MapTrim.isEmpty(overrides) {
            write(Self.packageIndent + "  overrides:" + blockBesideKey(overrides, at: 8, "images", "overrides"))
        }
        if !MapTrim.isEmpty(registry) {
            let text = reader.bareText(registry, "images", "registryOverride")
            write(Self.packageIndent + "  registryOverride: " + text)
        }
    }

    private mutating func writeObjectStore() {
        write(Self.packageIndent + "objectStore:")
        let bucket = reader.required("objectStore", "bucket")
        write(Self.packageIndent + "  bucket: " + reader.bareText(bucket, "objectStore", "bucket"))
        guard let object = reader.value("objectStore")?.object,
            let name = ChartRow.objectStores.first(where: { object[$0] != nil })
        else { return }
        let members = reader.trimmed("objectStore", name)
        write(Self.packageIndent + "  \(name):" + Self.block(trimmed: members, at: 10))
    }

    private mutating func writeAdmin() {
        let indent = Self.packageIndent
        write(indent + "admin:")
        write(indent + "  users:" + blockBesideKey(reader.required("admin", "users"), at: 8, "admin", "users"))
        write(indent + "  dsn:" + Self.block(reader.required("admin", "dsn"), at: 10))
        for name in ["identityProvider", "jwksEndpoint"] {
            let value = reader.required("admin", name)
            write(indent + "  \(name): " + reader.bareText(value, "admin", name))
        }
        if !MapTrim.isEmpty(reader.value("useCustomEgress")) {
            write(indent + "egress:")
            write(indent + "  customCertificates:" + Self.block(reader.value("egress", "customCertificates"), at: 12))
        }
    }

    private mutating func writeTail() {
        let indent = Self.packageIndent
        if let flags = reader.value("featureFlags"), !MapTrim.isEmpty(flags) {
            write(indent + "featureFlags:" + blockBesideKey(flags, at: 6, "featureFlags"))
        }
        guard !MapTrim.isEmpty(reader.value("observability", "serviceMonitor")) else { return }
        write(indent + "observability:")
        write(indent + "  serviceMonitor:")
        for name in ["interval", "scrapeTimeout"] {
            let value = reader.required("observability", "serviceMonitor", name)
            write(indent + "    \(name): " + reader.bareText(value, "observability", "serviceMonitor", name))
        }
    }
}
