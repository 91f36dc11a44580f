// Grantor
// SPDX-License-Identifier: Apache-2.0

public import KubeCore
import YAMLSource

/// Makes of values the AppInstance that the chart would make.
public enum AppInstanceFromValues {
    /// Renders a user's values over the chart's defaults.
    ///
    /// - Parameters:
    ///   - values: The user's values, merged; numbers of files as `HelmValues.fromFile` gives them.
    ///   - release: Name and namespace of the release.
    ///   - isAdminOnly: Whether to render `admin` and `egress` alone, and to require nothing else.
    /// - Returns: The AppInstance, and the ConfigMap around it where the values ask for one.
    /// - Throws: `ChartError` with all that Helm would stop at, and the paths of the values concerned.
    public static func render(
        _ values: JSONObject,
        release: ChartRelease,
        isAdminOnly: Bool = false
    ) throws(ChartError) -> RenderedChart {
        let merged = HelmValues.coalesce(values)
        let output = AppInstanceTemplate.render(merged, release: release, isAdminOnly: isAdminOnly)
        guard output.problems.isEmpty else {
            let message = "cannot render the values: the chart refuses them"
            throw ChartError(.refusedByChart, message, problems: output.problems)
        }
        let instance = try read(output)
        let configMap = isAdminOnly ? nil : try configMap(of: instance, values: merged, release: release)
        return RenderedChart(
            instance: configMap == nil ? instance : HelmNumber.canonical(HelmNumber.fromFile(instance)),
            configMap: configMap,
            warnings: output.bare.compactMap(warning) + output.misplaced.map(misplacement)
        )
    }

    /// What a text that the template made means, or why it means nothing.
    static func read(_ output: AppInstanceTemplate.Output) throws(ChartError) -> JSONValue {
        do throws(YAMLError) {
            return HelmNumber.canonical(try YAMLSource.value(in: Array(output.text.utf8)))
        } catch {
            let culprits = output.bare.filter { bare in reading(ofBare: bare.text) == nil }.map { bare in
                FieldError(
                    .invalid,
                    bare.path,
                    detail: "the chart writes it without quotes, where it is no YAML; put quotes inside the value"
                )
            }
            let place = culprits.isEmpty ? " (line \(error.line) of what the chart writes)" : ""
            throw ChartError(
                .brokenDocument,
                "cannot render the values: what the chart writes is no YAML\(place)",
                problems: culprits
            )
        }
    }

    /// What a text is when it stands behind a key without quotes; `nil` when it breaks the document.
    static func reading(ofBare text: String) -> JSONValue? {
        guard let document = try? YAMLSource.value(in: Array("k: \(text)\n".utf8)).object, document.count == 1 else {
            return nil
        }
        return document["k"]
    }

    /// Whether a bare string stays the string that it is.
    private static func warning(_ bare: (path: FieldPath, value: JSONValue, text: String)) -> FieldError? {
        switch bare.value {
        case .string(let text):
            // Quotes inside the value are how a text is made to stay one.
            guard let read = reading(ofBare: bare.text), read != .string(text), read.string == nil else { return nil }
            let detail =
                "the chart writes it without quotes, where YAML takes it for \(article(read)): put quotes inside"
            return FieldError(.invalid, bare.path, badValue: .string(text), detail: detail)
        case .number(let number) where bare.text.contains("e"):
            let detail = "a number of a file is written as \(bare.text): put it in quotes"
            return FieldError(.invalid, bare.path, badValue: HelmNumber.canonical(.number(number)), detail: detail)
        default:
            return nil
        }
    }

    /// What is said of `[]` beside its key, which the template's indentation is not made for.
    private static func misplacement(_ path: FieldPath) -> FieldError {
        let detail =
            "the chart writes it in the column of its key, where Helm stops reading; give a list that is not empty"
        return FieldError(.invalid, path, detail: detail)
    }

    private static func article(_ value: JSONValue) -> String {
        switch value {
        case .null: "null"
        case .bool(let value): "the Boolean \(value)"
        case .integer, .number: "the number \(value.jsonText)"
        case .array: "a list"
        case .object: "a mapping"
        case .string: "another text"
        }
    }

    // MARK: - Single namespace

    private static func configMap(
        of instance: JSONValue,
        values: JSONObject,
        release: ChartRelease
    ) throws(ChartError) -> JSONValue? {
        guard !MapTrim.isEmpty(values["kubitSingleNamespace"]) else { return nil }
        // The template asks for a name that is misspelt, so that `namespaceOverride` moves the AppInstance inside alone.
        let override = values["NamspaceOverride"] ?? .null
        let text = MapTrim.isEmpty(override) ? release.namespace : ChartReader.print(override)
        guard let namespace = reading(ofBare: text) else {
            let problem = FieldError(.invalid, FieldPath(keys: "NamspaceOverride"), detail: "is no YAML without quotes")
            throw ChartError(
                .brokenDocument,
                "cannot render the values: what the chart writes is no YAML",
                problems: [problem]
            )
        }
        let line = JSONValue.jsonLine(HelmNumber.canonical(HelmNumber.fromFile(instance)))
        return [
            "apiVersion": "v1",
            "kind": "ConfigMap",
            "metadata": ["name": "app-instance", "namespace": namespace],
            "data": ["app-instance": .string(line)],
        ]
    }
}

extension JSONValue {
    /// One line of JSON as Helm's `toJson` writes it, which escapes what is special in HTML, and its line break.
    fileprivate static func jsonLine(_ value: JSONValue) -> String {
        var line = ""
        for scalar in value.jsonText.unicodeScalars {
            switch scalar {
            case "<": line += "\\u003c"
            case ">": line += "\\u003e"
            case "&": line += "\\u0026"
            case "\u{2028}": line += "\\u2028"
            case "\u{2029}": line += "\\u2029"
            default: line.unicodeScalars.append(scalar)
            }
        }
        return line + "\n"
    }
}
