// Grantor
// SPDX-License-Identifier: Apache-2.0

import KubeCore

/// Reads `application/x-www-form-urlencoded`.
enum FormFields {
    /// The fields by name; `nil` when an escape is broken, or a name occurs twice (RFC 6749, 3.1 forbids it).
    static func parse(_ text: String) -> [String: String]? {
        var fields: [String: String] = [:]
        for pair in text.utf8.split(separator: UInt8(ascii: "&")) {
            let equals = pair.firstIndex(of: UInt8(ascii: "=")) ?? pair.endIndex
            guard let name = PercentEncoding.decode(pair[..<equals], as: .form),
                let value = PercentEncoding.decode(pair[equals...].dropFirst(), as: .form),
                fields.updateValue(value, forKey: name) == nil
            else { return nil }
        }
        return fields
    }
}
