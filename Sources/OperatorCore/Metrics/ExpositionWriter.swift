// Grantor
// SPDX-License-Identifier: Apache-2.0

/// The formats in which metrics are told.
public enum ExpositionFormat: Sendable, Hashable {
    /// The text format of Prometheus, version 0.0.4.
    case prometheus
    /// OpenMetrics 1.0.0.
    case openMetrics

    /// The media type of the answer.
    var contentType: String {
        switch self {
        case .prometheus: "text/plain; version=0.0.4; charset=utf-8"
        case .openMetrics: "application/openmetrics-text; version=1.0.0; charset=utf-8"
        }
    }

    /// The format that an `Accept` header prefers; that of Prometheus where both are as good.
    init(accept: String) {
        var best: (prometheus: Double, openMetrics: Double) = (0, 0)
        for range in accept.split(separator: ",") {
            let parts = range.split(separator: ";").map { $0.filter { !$0.isWhitespace }.lowercased() }
            let version = parts.first { $0.hasPrefix("version=") }?.dropFirst(8)
            let weight = parts.first { $0.hasPrefix("q=") }.flatMap { Double($0.dropFirst(2)) } ?? 1
            switch parts.first ?? "" {
            case "application/openmetrics-text" where version.map { ["1.0.0", "0.0.1"].contains($0) } ?? true:
                best.openMetrics = max(best.openMetrics, weight)
            case "text/plain" where version.map { $0 == "0.0.4" } ?? true:
                best.prometheus = max(best.prometheus, weight)
            case "text/*", "*/*": best.prometheus = max(best.prometheus, weight)
            default: break
            }
        }
        self = best.openMetrics > best.prometheus ? .openMetrics : .prometheus
    }
}

/// Writes families of metrics in one of the formats.
struct ExpositionWriter {
    /// What is written.
    let format: ExpositionFormat
    /// The text so far.
    private(set) var bytes: [UInt8] = []

    init(format: ExpositionFormat) {
        self.format = format
        bytes.reserveCapacity(32 << 10)
    }

    /// Begins a family.
    mutating func family(_ name: String, kind: MetricKind, help: String) {
        var name = name
        // In OpenMetrics `_total` belongs to the sample, not to the family.
        if format == .openMetrics, kind == .counter, name.hasSuffix("_total") { name.removeLast(6) }
        if !help.isEmpty { append("# HELP \(name) \(help)\n") }
        append("# TYPE \(name) \(kind.rawValue)\n")
    }

    /// Adds a sample.
    mutating func sample(_ name: String, labels: String, value: Double) {
        sample(name, labels: labels, text: Self.text(value))
    }

    /// Adds a sample whose value is written already.
    mutating func sample(_ name: String, labels: String, text: String) {
        append(name)
        if !labels.isEmpty {
            append("{")
            append(labels)
            append("}")
        }
        append(" ")
        append(text)
        append("\n")
    }

    /// Ends the text.
    mutating func end() {
        if format == .openMetrics { append("# EOF\n") }
    }

    /// A bound of a bucket; OpenMetrics wants it with a fraction.
    func bound(_ value: Double) -> String {
        format == .openMetrics ? "\(value)" : Self.text(value)
    }

    private mutating func append(_ text: String) { bytes.append(contentsOf: text.utf8) }

    private static func text(_ value: Double) -> String {
        if value.isNaN { return "NaN" }
        if value.isInfinite { return value < 0 ? "-Inf" : "+Inf" }
        if value == value.rounded(), abs(value) < 9e15 { return String(Int64(value)) }
        return "\(value)"
    }

    /// The value of a label as both formats write it.
    static func escape(_ value: String) -> String {
        var text = ""
        for character in value.unicodeScalars {
            switch character {
            case "\\": text += "\\\\"
            case "\"": text += "\\\""
            case "\n": text += "\\n"
            default: text.unicodeScalars.append(character)
            }
        }
        return text
    }
}
