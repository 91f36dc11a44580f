// Grantor
// SPDX-License-Identifier: Apache-2.0

import FoundationEssentials

/// Base64 as the API carries bytes (RFC 4648, section 4).
enum StandardBase64 {
    /// The bytes; `nil` when the text is no base64.
    static func decode(_ text: String) -> [UInt8]? {
        Data(base64Encoded: text).map(Array.init)
    }
}
