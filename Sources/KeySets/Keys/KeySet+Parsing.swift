// Grantor
// SPDX-License-Identifier: Apache-2.0

public import KubeCore

extension KeySet {
    /// How much is read before a set is refused.
    public struct Limits: Sendable, Hashable {
        /// The greatest size of a document in bytes.
        public var bytes: Int
        /// The greatest number of entries.
        public var keys: Int
        /// The greatest depth of nesting.
        public var depth: Int

        /// Creates limits.
        public init(bytes: Int = 512 * 1024, keys: Int = 100, depth: Int = 64) {
            self.bytes = bytes
            self.keys = keys
            self.depth = depth
        }
    }

    /// Reads a JWKS.
    ///
    /// - Throws: `KeySetError` with `tooLarge`, `notJSON`, `notAKeySet`, `tooManyKeys` or `noUsableKey`.
    public static func parse(
        _ bytes: some Collection<UInt8>,
        limits: Limits = Limits()
    ) throws(KeySetError) -> KeySet {
        try parse(document(bytes, limits: limits), limits: limits)
    }

    /// Reads a JWKS from a value that was already parsed.
    ///
    /// - Throws: `KeySetError` with `notAKeySet`, `tooManyKeys` or `noUsableKey`.
    public static func parse(_ document: JSONValue, limits: Limits = Limits()) throws(KeySetError) -> KeySet {
        guard case .object(let members) = document else {
            throw KeySetError(.notAKeySet, "cannot use the document: it is not a JSON object")
        }
        guard case .array(let entries) = members["keys"] else {
            let hint = members.isEmpty ? "; the provider may have no signing key selected" : ""
            throw KeySetError(.notAKeySet, "cannot use the document: it has no array \"keys\"\(hint)")
        }
        guard entries.count <= limits.keys else {
            throw KeySetError(.tooManyKeys, "cannot use the key set: it has more than \(limits.keys) keys")
        }
        return try normalise(entries)
    }

    /// Reads a document under the limits of size and depth, strictly.
    static func document(_ bytes: some Collection<UInt8>, limits: Limits) throws(KeySetError) -> JSONValue {
        guard bytes.count <= limits.bytes else {
            throw KeySetError(.tooLarge, "cannot use the document: it is larger than \(limits.bytes) bytes")
        }
        do throws(JSONError) {
            return try JSONParser(maximumDepth: limits.depth).parse(bytes)
        } catch {
            throw KeySetError(.notJSON, "cannot read the document as JSON: \(error)", cause: error)
        }
    }

    private static func normalise(_ entries: [JSONValue]) throws(KeySetError) -> KeySet {
        var usable: Set<VerificationKey> = []
        var ignored: [IgnoredKey] = []
        for entry in entries {
            switch KeyReader.read(entry) {
            case .success(let key): usable.insert(key)
            case .failure(let problem): ignored.append(problem.key)
            }
        }
        for kid in ambiguousIDs(of: usable) {
            for key in usable where key.kid == kid.id && key.type == kid.type {
                usable.remove(key)
                ignored.append(IgnoredKey(kid: key.kid, reason: .ambiguousKeyID))
            }
        }
        let set = KeySet(keys: usable, ignored: ignored)
        guard !set.isEmpty else {
            throw KeySetError(
                .noUsableKey,
                "cannot use the key set: none of its \(entries.count) keys can verify a token",
                ignored: set.ignored
            )
        }
        return set
    }

    private struct TypedID: Hashable {
        let id: KeyID
        let type: KeyType
    }

    /// The ids that stand for two different keys of one type; keys without id are not reached by id at all.
    private static func ambiguousIDs(of keys: Set<VerificationKey>) -> Set<TypedID> {
        var seen: [TypedID: String] = [:]
        var ambiguous: Set<TypedID> = []
        for key in keys {
            guard let kid = key.kid else { continue }
            let id = TypedID(id: kid, type: key.type)
            if let other = seen.updateValue(key.thumbprint, forKey: id), other != key.thumbprint {
                ambiguous.insert(id)
            }
        }
        return ambiguous
    }
}
