// Grantor
// SPDX-License-Identifier: Apache-2.0

import KubeCore

/// Numbers as Helm handles them.
///
/// Numbers of files pass through JSON into Go's `float64`, so that integers beyond 2^53 are rounded and a large one is
/// printed as `2.0260421e+07`; integers of `--set` stay integers. Here the former are `JSONValue.number`, the latter
/// `JSONValue.integer`.
enum HelmNumber {
    /// A value of a file, as Helm holds it.
    static func fromFile(_ value: JSONValue) -> JSONValue {
        switch value {
        case .integer(let number): .number(Double(number))
        case .array(let elements): .array(elements.map(fromFile))
        case .object(let object): .object(object.mapValues { fromFile($0) })
        default: value
        }
    }

    /// A value as it is read from the YAML or JSON that Helm writes of it; whole numbers are integers again.
    static func canonical(_ value: JSONValue) -> JSONValue {
        switch value {
        case .number(let number):
            guard number == number.rounded(.towardZero), number.magnitude < 9.2e18 else { return value }
            return .integer(Int64(number))
        case .array(let elements): return .array(elements.map(canonical))
        case .object(let object): return .object(object.mapValues { canonical($0) })
        default: return value
        }
    }

    /// What Go's `fmt` prints for a `float64` (verb `%v`): the shortest digits, with an exponent below 1e-4
    /// and from a million on.
    static func text(_ number: Double) -> String {
        guard number != 0 else { return number.sign == .minus ? "-0" : "0" }
        let (digits, point) = decimal(number.magnitude)
        let sign = number < 0 ? "-" : ""
        let exponent = point - 1
        // strconv's 'g' decides as if six digits had been asked for, however many there are.
        if exponent < -4 || exponent >= 6 { return sign + scientific(digits, exponent: exponent) }
        if point <= 0 { return sign + "0." + String(repeating: "0", count: -point) + digits }
        if point >= digits.count { return sign + digits + String(repeating: "0", count: point - digits.count) }
        return sign + digits.prefix(point) + "." + digits.dropFirst(point)
    }

    private static func scientific(_ digits: String, exponent: Int) -> String {
        let fraction = digits.dropFirst()
        let size = exponent.magnitude < 10 ? "0\(exponent.magnitude)" : "\(exponent.magnitude)"
        return digits.prefix(1) + (fraction.isEmpty ? "" : "." + fraction) + "e" + (exponent < 0 ? "-" : "+") + size
    }

    /// The shortest digits of a positive number without zeros at either end, and where the decimal point stands in
    /// them.
    private static func decimal(_ number: Double) -> (digits: String, point: Int) {
        let parts = number.description.split(separator: "e")
        let mantissa = (parts.first ?? "0").split(separator: ".", omittingEmptySubsequences: false)
        let whole = String(mantissa.first ?? "")
        let fraction = mantissa.count > 1 ? String(mantissa[1]) : ""
        var digits = whole + fraction
        var point = whole.count + (parts.count > 1 ? Int(parts[1]) ?? 0 : 0)
        while digits.hasPrefix("0"), digits.count > 1 {
            digits.removeFirst()
            point -= 1
        }
        while digits.hasSuffix("0"), digits.count > 1 { digits.removeLast() }
        return (digits, point)
    }
}
