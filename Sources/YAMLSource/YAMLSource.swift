// Grantor
// SPDX-License-Identifier: Apache-2.0

public import KubeCore

/// Reads YAML as kubectl and Helm do, keeping the position of every value.
///
/// Both read YAML 1.1 by the rules of Go's `yaml.v2` (`sigs.k8s.io/yaml`, `goyaml.v2/resolve.go`): `no` is false, `y`
/// is true, `0123` is 83, `1_000` is 1000, `1e3` is 1000, `12:30:45` and `2026-11-20` are strings. Stricter than they:
/// a key that occurs twice is refused. JSON is read as the YAML that it is.
public enum YAMLSource {
    /// Bounds that keep hostile text from using up memory or time.
    public struct Limits: Sendable {
        /// The greatest length of the text, in bytes.
        public var bytes: Int
        /// The greatest number of sequences and mappings inside each other.
        public var depth: Int
        /// The greatest number of values per stream once aliases are followed; 64 bytes of text count as one value.
        public var nodes: Int

        /// Creates bounds; an object in Kubernetes is at most about 1.5 MiB.
        public init(bytes: Int = 8 << 20, depth: Int = 100, nodes: Int = 1_000_000) {
            self.bytes = bytes
            self.depth = depth
            self.nodes = nodes
        }
    }

    /// Reads all the documents of a text, empty ones (`null`) included; a text without content has none.
    ///
    /// - Throws: `YAMLError` with the position of the first problem.
    public static func documents(
        in bytes: [UInt8],
        limits: Limits = Limits()
    ) throws(YAMLError) -> [YAMLDocument] {
        guard bytes.count <= limits.bytes else {
            throw YAMLError(
                .tooLarge,
                "the text is \(bytes.count) bytes long, more than the \(limits.bytes) allowed",
                at: Mark(line: 1, column: 1)
            )
        }
        if bytes.starts(with: [0xFF, 0xFE]) || bytes.starts(with: [0xFE, 0xFF]) {
            throw YAMLError(.invalidEncoding, "the text is UTF-16: save it as UTF-8", at: Mark(line: 1, column: 1))
        }
        let text = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? bytes.dropFirst(3) : bytes[...]
        guard let first = text.first(where: { !isSpace($0) }) else { return [] }
        if first == UInt8(ascii: "{") || first == UInt8(ascii: "[") {
            return try documents(inJSON: text, limits: limits)
        }
        return try compose(text, limits: limits)
    }

    /// Reads the first document with content; `null` when there is none.
    ///
    /// - Throws: `YAMLError` when the text is not YAML or has more than one document with content.
    public static func value(in bytes: [UInt8], limits: Limits = Limits()) throws(YAMLError) -> JSONValue {
        let documents = try documents(in: bytes, limits: limits).filter { !$0.value.isNull }
        if documents.count > 1 {
            throw YAMLError(.invalidSyntax, "one document is expected, not several", at: documents[1].start)
        }
        return documents.first?.value ?? .null
    }

    /// Reads JSON, which is YAML but for two things that libyaml does not take.
    ///
    /// Surrogate pairs in escapes are rewritten; keys over 1,024 characters cost the positions.
    private static func documents(inJSON text: ArraySlice<UInt8>, limits: Limits) throws(YAMLError) -> [YAMLDocument] {
        let failure: YAMLError
        do throws(YAMLError) {
            return try compose(text, limits: limits)
        } catch {
            failure = error
        }
        guard failure.code == .invalidSyntax,
            let value = try? JSONParser(maximumDepth: limits.depth).parse(text)
        else { throw failure }
        if let rewritten = JSONEscapes.joiningSurrogates(text),
            let documents = try? compose(rewritten[...], limits: limits)
        {
            return documents
        }
        return [YAMLDocument(value: value, nodes: [], root: 0)]
    }

    private static func compose(_ text: ArraySlice<UInt8>, limits: Limits) throws(YAMLError) -> [YAMLDocument] {
        let result = text.withUnsafeBufferPointer { buffer -> Result<[YAMLDocument], YAMLError> in
            do throws(YAMLError) {
                var composer = try YAMLComposer(bytes: buffer, limits: limits)
                return .success(try composer.documents())
            } catch {
                return .failure(error)
            }
        }
        return try result.get()
    }

    private static func isSpace(_ byte: UInt8) -> Bool {
        byte == 0x20 || (0x09...0x0D).contains(byte)
    }
}
