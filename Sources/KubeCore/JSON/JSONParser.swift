// Grantor
// SPDX-License-Identifier: Apache-2.0

/// Reads JSON (RFC 8259) exactly: UTF-8 only, no byte order mark, no duplicate member unless allowed, bounded depth.
///
/// Foundation's reader guesses UTF-16 and UTF-32 by itself and takes the last of duplicate members without a word;
/// neither may decide which key verifies a token, so this one is used for everything that comes from outside.
public struct JSONParser: Sendable {
    /// What to do about two members of one name.
    public enum DuplicateMembers: Sendable {
        /// Refuse the text.
        case refuse
        /// Take the last one, as the Kubernetes API server does outside of strict field validation.
        case takeLast
    }

    /// The greatest number of arrays and objects inside each other.
    public var maximumDepth: Int
    /// What to do about two members of one name.
    public var duplicateMembers: DuplicateMembers

    /// Creates a parser.
    public init(maximumDepth: Int = 256, duplicateMembers: DuplicateMembers = .refuse) {
        self.maximumDepth = maximumDepth
        self.duplicateMembers = duplicateMembers
    }

    /// Reads one value that fills all the bytes.
    ///
    /// - Throws: `JSONError` with the position of the first wrong byte.
    public func parse(_ bytes: some Collection<UInt8>) throws(JSONError) -> JSONValue {
        try parseReportingDuplicates(bytes).value
    }

    /// Reads one value that fills all the bytes, and tells the paths of members that occurred more than once.
    ///
    /// - Returns: The value, and with `takeLast` the dotted paths of duplicates in the order met.
    /// - Throws: `JSONError` with the position of the first wrong byte.
    public func parseReportingDuplicates(
        _ bytes: some Collection<UInt8>
    ) throws(JSONError) -> (value: JSONValue, duplicates: [FieldPath]) {
        typealias Outcome = Result<(value: JSONValue, duplicates: [FieldPath]), JSONError>
        let body = { (buffer: UnsafeBufferPointer<UInt8>) -> Outcome in
            var scanner = JSONScanner(bytes: buffer, parser: self)
            do throws(JSONError) {
                let value = try scanner.scanDocument()
                return .success((value, scanner.duplicates))
            } catch {
                return .failure(error)
            }
        }
        let result = bytes.withContiguousStorageIfAvailable(body) ?? Array(bytes).withUnsafeBufferPointer(body)
        return try result.get()
    }
}

extension JSONValue {
    /// Reads one value that fills all the bytes, refusing duplicate members.
    ///
    /// - Throws: `JSONError` with the position of the first wrong byte.
    public init(parsing bytes: some Collection<UInt8>) throws(JSONError) {
        self = try JSONParser().parse(bytes)
    }

    /// Reads one value that fills all the text, refusing duplicate members.
    ///
    /// - Throws: `JSONError` with the position of the first wrong byte.
    public init(parsing text: String) throws(JSONError) {
        self = try JSONParser().parse(text.utf8)
    }
}
