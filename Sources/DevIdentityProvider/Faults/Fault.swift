// Grantor
// SPDX-License-Identifier: Apache-2.0

/// A way in which a document of a realm goes wrong.
///
/// Each has a spelling, so that it can be asked for in a URL (`?fault=status:500`) and in a control request.
public enum Fault: Hashable, Sendable {
    /// The right answer, after a delay on the provider's clock.
    case slow(Duration)
    /// An empty answer with another status.
    case status(Int)
    /// A login page with status 200, as proxies serve it.
    case html
    /// A key set that goes on and on in its first member.
    case oversized(bytes: Int)
    /// A redirect to the same document, without end.
    case redirectLoop
    /// A redirect to a given URL.
    case redirect(to: String)
    /// The discovery document in place of the key set.
    case discoveryDocument
    /// Bytes that are no JSON, with the media type of JSON.
    case garbage
    /// The first half of the right answer, complete by its length.
    case truncated
    /// A key set with no key.
    case emptySet
    /// The right key set with one more key, which gives its private half away.
    case exposedKey
    /// An object without members, as authentik answers when a provider has no signing key.
    case emptyObject
    /// The connection closes before the first byte of an answer.
    case dropConnection
    /// The connection closes in the middle of the right answer.
    case dropMidway
}

extension Fault: CustomStringConvertible {
    /// The spelling, which `init(_:)` reads.
    public var description: String {
        switch self {
        case .slow(let delay):
            "slow:\(delay.components.seconds * 1000 + delay.components.attoseconds / 1_000_000_000_000_000)ms"
        case .status(let code): "status:\(code)"
        case .html: "html"
        case .oversized(let bytes): "oversized:\(bytes)"
        case .redirectLoop: "redirect-loop"
        case .redirect(let target): "redirect:\(target)"
        case .discoveryDocument: "discovery"
        case .garbage: "garbage"
        case .truncated: "truncated"
        case .emptySet: "empty-set"
        case .exposedKey: "exposed-key"
        case .emptyObject: "empty-object"
        case .dropConnection: "drop"
        case .dropMidway: "drop-midway"
        }
    }
}

extension Fault: LosslessStringConvertible {
    /// Reads a spelling, such as `slow:5s`, `slow:250ms`, `status:500`, `oversized:1048576` or `redirect:URL`.
    public init?(_ text: String) {
        let parts = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
        switch (parts.first ?? "", parts.count == 2 ? parts.last : nil) {
        case ("slow", let delay?):
            guard let duration = Self.duration(delay) else { return nil }
            self = .slow(duration)
        case ("status", let code?):
            guard let code = Int(code), (200...599).contains(code) else { return nil }
            self = .status(code)
        case ("oversized", let bytes?):
            guard let bytes = Int(bytes), (1...Self.maximumBytes).contains(bytes) else { return nil }
            self = .oversized(bytes: bytes)
        case ("redirect", let target?) where !target.isEmpty && target.utf8.allSatisfy({ (0x21...0x7E).contains($0) }):
            self = .redirect(to: target)
        case (let name, nil):
            guard let fault = Self.simple.first(where: { $0.description == name }) else { return nil }
            self = fault
        default:
            return nil
        }
    }

    /// The greatest size of an oversized body that can be asked for by name: 1 GiB.
    private static let maximumBytes = 1 << 30

    private static let simple: [Fault] = [
        .html, .redirectLoop, .discoveryDocument, .garbage, .truncated, .emptySet, .exposedKey, .emptyObject,
        .dropConnection, .dropMidway,
    ]

    private static func duration(_ text: String) -> Duration? {
        if text.hasSuffix("ms") {
            guard let value = Int(text.dropLast(2)), (0...3_600_000).contains(value) else { return nil }
            return .milliseconds(value)
        }
        guard text.hasSuffix("s"), let value = Int(text.dropLast()), (0...3_600).contains(value) else { return nil }
        return .seconds(value)
    }
}
