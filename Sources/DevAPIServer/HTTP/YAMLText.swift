// Grantor
// SPDX-License-Identifier: Apache-2.0

import KubeCore

/// Values as YAML.
enum YAMLText {
    /// JSON is YAML.
    static func of(_ value: JSONValue) -> String {
        value.jsonText
    }
}
