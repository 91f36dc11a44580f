// Grantor
// SPDX-License-Identifier: Apache-2.0

/// Why the development identity provider cannot do what it was asked.
public struct ProviderError: Error, Hashable, Sendable {
    /// The kinds of failure.
    public enum Code: String, CaseIterable, Sendable {
        /// The provider is not listening, and will not be: its `run()` has ended.
        case notRunning = "NotRunning"
        /// No realm of the provider has that name.
        case unknownRealm = "UnknownRealm"
        /// The realm has no key that fits the request.
        case unknownKey = "UnknownKey"
        /// A key cannot be made, or does not sign.
        case keyFailed = "KeyFailed"
        /// No login waits with that user code.
        case unknownCode = "UnknownCode"
        /// Two realms have one name, or a name does not fit into a path.
        case invalidRealm = "InvalidRealm"
    }

    /// What went wrong.
    public let code: Code
    /// One line for a person.
    public let message: String

    /// Creates an error.
    public init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }
}

extension ProviderError: CustomStringConvertible {
    /// The message.
    public var description: String { message }
}
