// Grantor
// SPDX-License-Identifier: Apache-2.0

import KubeCore

/// The text of a form (`application/x-www-form-urlencoded`, WHATWG URL, 5.2).
enum FormText {
    /// Writes fields, in the order of their names.
    static func encode(_ fields: [String: String]) -> String {
        fields.sorted { $0.key < $1.key }.map { name, value in
            "\(PercentEncoding.encode(name, as: .form))=\(PercentEncoding.encode(value, as: .form))"
        }.joined(separator: "&")
    }
}
