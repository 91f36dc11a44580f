// Grantor
// SPDX-License-Identifier: Apache-2.0

import KubeCore
import YAMLSource

/// Reads what people and plugins write: YAML, of which JSON is a part.
enum ConfigurationText {
    /// Reads one document; `null` when there is none.
    ///
    /// - Throws: `KubeError` with code `InvalidConfiguration`; no value of the text is in it.
    static func parse(_ bytes: [UInt8], name: String) throws(KubeError) -> JSONValue {
        do throws(YAMLError) {
            return try YAMLSource.value(in: bytes)
        } catch {
            throw KubeError(.invalidConfiguration, "cannot read \(name): \(error)", cause: error)
        }
    }
}
