// Grantor
// SPDX-License-Identifier: Apache-2.0

/// What is known about the names of identity providers.
enum ProviderName {
    /// The names that InfluxDB Clustered documents.
    static let known = ["keycloak", "auth0", "azure"]

    /// The greatest length of a name, in characters.
    static let maximumLength = 128
    /// The length beyond which a name is not looked at as a spelling of Entra ID.
    static let maximumEntraLength = 40

    /// Whether a name stands for Microsoft Entra ID, in any of its spellings.
    static func isEntra(_ name: String) -> Bool {
        guard name.utf8.count <= maximumEntraLength else { return false }
        let letters = String(name.lowercased().filter { $0.isLetter || $0.isNumber })
        return entraNames.contains(letters)
    }

    /// Whether a name matches `[A-Za-z][A-Za-z0-9._-]*`, up to 128 characters.
    static func isWellFormed(_ name: String) -> Bool {
        guard let first = name.utf8.first, isLetter(first), name.utf8.count <= maximumLength else { return false }
        return name.utf8.allSatisfy { byte in
            isLetter(byte) || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) || byte == UInt8(ascii: ".")
                || byte == UInt8(ascii: "_") || byte == UInt8(ascii: "-")
        }
    }

    /// Whether YAML 1.1 takes the bare word for a Boolean or null.
    static func isYAMLWord(_ name: String) -> Bool {
        name.utf8.count <= 5 && yamlWords.contains(name.lowercased())
    }

    static let yamlWords: Set<String> = ["y", "n", "yes", "no", "on", "off", "true", "false", "null", "~"]

    static let entraNames: Set<String> = [
        "azure", "azuread", "azureactivedirectory", "azureentra", "azureentraid", "aad", "entra", "entraid",
        "microsoft",
        "microsoftentra", "microsoftentraid", "microsoftazure", "microsoftazuread", "msentra", "msentraid", "msazure",
        "activedirectory", "microsoftonline", "microsoft365", "office365",
    ]

    private static func isLetter(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20)
    }
}
