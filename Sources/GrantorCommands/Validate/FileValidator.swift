// Grantor
// SPDX-License-Identifier: Apache-2.0

import AdminAPI
import KubeCore
import Rendering
import YAMLSource

/// Finds what can be validated in a file, and applies the rules to it.
struct FileValidator {
    private let file: String
    private let text: [UInt8]
    private let bundles: CABundleIndex
    private let overlays: [(file: String, document: SourceDocument)]
    private var report = FileReport()
    private var hasRecognised = false

    /// Validates files that were read; ConfigMaps in any of them serve to check references to CA bundles.
    ///
    /// - Parameters:
    ///   - files: The files.
    ///   - overlays: Values files that stand over each values file among them.
    /// - Returns: A report for each file, and behind them one for each overlay that cannot be read.
    static func validate(
        _ files: [(name: String, text: [UInt8])],
        overlays: [(name: String, text: [UInt8])] = []
    ) -> [FileReport] {
        var layers: [(file: String, document: SourceDocument)] = []
        var refused: [FileReport] = []
        for overlay in overlays {
            do throws(YAMLError) {
                for document in try YAMLSource.documents(in: overlay.text) where document.value.object != nil {
                    let source = SourceDocument(
                        value: document.value,
                        document: document,
                        prefix: FieldPath(),
                        origin: .file
                    )
                    layers.append((overlay.name, source))
                }
            } catch {
                let finding = FileFinding(file: overlay.name, mark: error.mark, level: .error, message: error.message)
                refused.append(FileReport(findings: [finding], isUnreadable: true))
            }
        }

        var bundles = CABundleIndex()
        let parsed = files.map { file -> Result<[YAMLDocument], YAMLError> in
            do throws(YAMLError) {
                let documents = try YAMLSource.documents(in: file.text)
                for document in documents { bundles.add(document.value) }
                return .success(documents)
            } catch {
                return .failure(error)
            }
        }
        return zip(files, parsed).map { file, documents in
            var validator = FileValidator(file: file.name, text: file.text, bundles: bundles, overlays: layers)
            return validator.report(on: documents)
        } + refused
    }

    private init(
        file: String,
        text: [UInt8],
        bundles: CABundleIndex,
        overlays: [(file: String, document: SourceDocument)]
    ) {
        self.overlays = overlays
        self.file = file
        self.text = text
        self.bundles = bundles
    }

    private mutating func report(on parsed: Result<[YAMLDocument], YAMLError>) -> FileReport {
        switch parsed {
        case .failure(let error):
            report.isUnreadable = true
            add(.error, error.message, at: error.mark)
            return report
        case .success(let documents):
            for document in documents {
                read(SourceDocument(value: document.value, document: document, prefix: FieldPath(), origin: .file))
            }
        }
        if !hasRecognised {
            let kinds = "no AppInstance, no ConfigMap app-instance and no values file with admin"
            add(.warning, "there is nothing to validate: \(kinds)", at: Mark(line: 1, column: 1))
        }
        report.findings.sort(by: FileFinding.precedes)
        return report
    }

    private mutating func add(_ level: Finding.Level, _ message: String, at mark: Mark) {
        report.findings.append(FileFinding(file: file, mark: mark, level: level, message: message))
    }

    // MARK: - What a document is

    private mutating func read(_ source: SourceDocument) {
        guard let object = source.value.object else {
            if !source.value.isNull { skip(source, "a document of type \(source.value.typeName)") }
            return
        }
        let group = object["apiVersion"]?.string?.split(separator: "/").first
        switch (object["kind"]?.string, group) {
        case ("AppInstance"?, "kubecfg.dev"?):
            hasRecognised = true
            judgeInstance(source)
        case (let kind?, _) where kind.hasSuffix("List") && object["items"]?.array != nil:
            readItems(of: source)
        case ("ConfigMap"?, "v1"?):
            readConfigMap(source)
        case (nil, nil) where object["admin"] != nil || overlays.contains { $0.document.value["admin"] != nil }:
            hasRecognised = true
            judgeValues(source)
        case (let kind?, _):
            skip(source, "\(kind) \(object["metadata"]?["name"]?.string ?? "")")
        case (nil, _):
            skip(source, "a document without kind and without admin")
        }
    }

    private mutating func skip(_ source: SourceDocument, _ what: String) {
        let mark = source.mark(at: FieldPath(), preferringKey: false)
        report.notes.append("\(file):\(mark.line): note: skipped \(what.filter { !$0.isNewline })")
    }

    private mutating func readItems(of source: SourceDocument) {
        for (index, item) in (source.value["items"]?.array ?? []).enumerated() {
            let prefix = source.prefix.appending(key: "items").appending(index: index)
            read(SourceDocument(value: item, document: source.document, prefix: prefix, origin: source.origin))
        }
    }

    /// Reads kubit's single-namespace form: the whole AppInstance as text in a ConfigMap.
    private mutating func readConfigMap(_ source: SourceDocument) {
        let key = "app-instance"
        guard let text = source.value["data"]?[key]?.string else {
            skip(source, "ConfigMap \(source.value["metadata"]?["name"]?.string ?? "")")
            return
        }
        let path = FieldPath(keys: "data", key)
        let origin = origin(of: source, at: path)
        do throws(YAMLError) {
            for document in try YAMLSource.documents(in: Array(text.utf8)) {
                read(SourceDocument(value: document.value, document: document, prefix: FieldPath(), origin: origin))
            }
        } catch {
            hasRecognised = true
            let mark: Mark
            switch origin {
            case .block(let lines, let columns):
                mark = Mark(line: error.line + lines, column: error.column + columns)
            case .file, .fixed: mark = source.mark(at: path, preferringKey: false)
            }
            add(.error, error.message, at: mark)
        }
    }

    /// How positions inside a string relate to the file: exact for a literal block, else where the string begins.
    private func origin(of source: SourceDocument, at path: FieldPath) -> SourceDocument.Origin {
        let mark = source.mark(at: path, preferringKey: false)
        guard case .file = source.origin else { return .fixed(mark) }
        let lines = text.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        guard lines.indices.contains(mark.line),
            lines[mark.line - 1].dropFirst(mark.column - 1).first == UInt8(ascii: "|")
        else { return .fixed(mark) }
        for line in lines[mark.line...] {
            let indent = line.prefix { $0 == UInt8(ascii: " ") }.count
            if indent < line.count { return .block(lines: mark.line, columns: indent) }
        }
        return .fixed(mark)
    }

    // MARK: - Rules

    private mutating func judgeInstance(_ source: SourceDocument) {
        let package = source.value["spec"]?["package"]?["spec"]
        guard let admin = package?["admin"] else {
            skip(source, "AppInstance without admin, which Grantor leaves alone")
            return
        }
        let certificates = package?["egress"]?["customCertificates"]
        let state = bundles.state(
            of: certificates,
            namespace: source.value["metadata"]?["namespace"]?.string
        )
        apply(admin: admin, certificates: certificates, bundle: state, to: source)
    }

    /// Judges a values file with what stands over it; a finding is put in the file that it is about.
    private mutating func judgeValues(_ source: SourceDocument) {
        let layers = ValuesLayers([(file, source)] + overlays)
        let values = layers.values
        let isUsed = values["useCustomEgress"]?.bool == true
        let used = isUsed ? values["egress"]?["customCertificates"] : nil
        let state = bundles.state(of: used, namespace: values["namespaceOverride"]?.string)
        let rules = AdminRules(document: .values, caBundle: state) { layers.sourceText(at: $0) }
        let verdict = rules.validate(admin: values["admin"] ?? .null, customCertificates: used)
        let traps = ValuesRules.findings(for: values, extent: overlays.isEmpty ? .file : .whole)
        // A trap says more about a missing field than the rules do.
        let trapped = Set(traps.filter { $0.error.kind == .required }.map(\.error.path))
        let findings = Self.mildened(verdict.findings).filter { !trapped.contains($0.error.path) } + traps
        for finding in findings {
            let place = layers.place(of: finding.error.path, preferringKey: finding.error.kind == .forbidden)
            add(finding, file: place.file, mark: place.mark)
        }
        for replaced in layers.replacements() { add(replaced.finding, file: replaced.file, mark: replaced.mark) }
    }

    private mutating func apply(
        admin: JSONValue,
        certificates: JSONValue?,
        bundle: AdminRules.CABundle,
        to source: SourceDocument
    ) {
        let rules = AdminRules(document: .appInstance, caBundle: bundle) { source.sourceText(at: $0) }
        let verdict = rules.validate(admin: admin, customCertificates: certificates)
        for finding in Self.mildened(verdict.findings) {
            let mark = source.mark(at: finding.error.path, preferringKey: finding.error.kind == .forbidden)
            add(finding, file: file, mark: mark)
        }
    }

    /// What another file or the cluster holds is not known for sure, so that the bundle only warns here.
    private static func mildened(_ findings: [Finding]) -> [Finding] {
        findings.map { finding in
            let isBundle = finding.error.path.elements.contains(.key("customCertificates"))
            return isBundle ? Finding(.warning, finding.error) : finding
        }
    }

    private mutating func add(_ finding: Finding, file: String, mark: Mark) {
        report.findings.append(
            FileFinding(
                file: file,
                mark: mark,
                path: finding.error.path.description,
                level: finding.level,
                message: finding.error.body
            )
        )
    }
}
