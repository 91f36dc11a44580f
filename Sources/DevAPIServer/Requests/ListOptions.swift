// Grantor
// SPDX-License-Identifier: Apache-2.0

import KubeCore

/// The parameters of a list or watch (`ListOptions` of `meta/v1`).
struct ListOptions: Sendable {
    /// How a resource version of a list is meant.
    enum Match: String, Sendable {
        case exact = "Exact"
        case notOlderThan = "NotOlderThan"
    }

    /// The resource version; `nil` when none was given, 0 for any.
    var revision: Int64?
    /// How the resource version is meant.
    var match: Match?
    /// The most objects to show; `nil` for all.
    var limit: Int?
    /// Where to go on.
    var token: ContinueToken?
    /// Whether a watch begins with the objects that are there, and says when it showed them all.
    var sendsInitialEvents: Bool?
    /// Whether bookmarks are wanted.
    var wantsBookmarks = false
    /// How long a watch runs; `nil` leaves it to the server.
    var timeout: Duration?

    /// Reads the parameters.
    ///
    /// - Throws: `Status` 400 or 422 as the real server (`apimachinery/pkg/apis/meta/internalversion/validation`).
    init(_ query: [String: String], isWatch: Bool) throws(Status) {
        if let text = query["resourceVersion"], !text.isEmpty {
            guard let value = Int64(text), value >= 0 else {
                throw .badRequest(
                    "invalid resource version: strconv.ParseUint: parsing \(JSONValue.string(text).jsonText): "
                        + "invalid syntax"
                )
            }
            revision = value
        }
        sendsInitialEvents = try Self.boolean(query, "sendInitialEvents")
        wantsBookmarks = try Self.boolean(query, "allowWatchBookmarks") ?? false
        let continuation = query["continue"].flatMap { $0.isEmpty ? nil : $0 }
        var errors: [FieldError] = []
        let matchText = query["resourceVersionMatch"].flatMap { $0.isEmpty ? nil : $0 }
        match = matchText.flatMap(Match.init(rawValue:))
        let matchPath = FieldPath(keys: "resourceVersionMatch")
        if let matchText {
            errors += Self.matchErrors(
                matchText,
                at: matchPath,
                isWatch: isWatch,
                continues: continuation != nil,
                revision: revision,
                sendsInitialEvents: sendsInitialEvents
            )
        }
        let initialPath = FieldPath(keys: "sendInitialEvents")
        if sendsInitialEvents != nil, !isWatch {
            errors.append(
                FieldError(.forbidden, initialPath, detail: "sendInitialEvents is forbidden for list")
            )
        }
        if sendsInitialEvents != nil, isWatch, match != .notOlderThan {
            let detail = "sendInitialEvents requires setting resourceVersionMatch to NotOlderThan"
            errors.append(FieldError(.forbidden, FieldPath(keys: "resourceVersionMatch"), detail: detail))
        }
        if !errors.isEmpty { throw .invalidOptions("ListOptions", errors) }
        if let text = query["limit"], !text.isEmpty {
            guard let value = Int(text) else { throw Self.unreadable(text) }
            limit = value > 0 ? value : nil
        }
        if let text = query["timeoutSeconds"], !text.isEmpty {
            guard let value = Int64(text) else { throw Self.unreadable(text) }
            timeout = value > 0 ? .seconds(value) : nil
        }
        if let continuation, !isWatch {
            if let revision, revision > 0 {
                throw .badRequest("specifying resource version is not allowed when using continue")
            }
            token = try ContinueToken(parsing: continuation)
        }
    }

    private static func matchErrors(
        _ text: String,
        at path: FieldPath,
        isWatch: Bool,
        continues: Bool,
        revision: Int64?,
        sendsInitialEvents: Bool?
    ) -> [FieldError] {
        func forbidden(_ detail: String) -> FieldError { FieldError(.forbidden, path, detail: detail) }
        if isWatch {
            guard sendsInitialEvents != nil else {
                return [forbidden("resourceVersionMatch is forbidden for watch unless sendInitialEvents is provided")]
            }
            return []
        }
        var errors: [FieldError] = []
        if continues { errors.append(forbidden("resourceVersionMatch is forbidden when continue is provided")) }
        if revision == nil {
            errors.append(forbidden("resourceVersionMatch is forbidden unless resourceVersion is provided"))
        }
        switch Match(rawValue: text) {
        case .exact? where revision == 0:
            errors.append(forbidden("resourceVersionMatch \"Exact\" is forbidden for resourceVersion \"0\""))
        case .exact?, .notOlderThan?: break
        case nil:
            errors.append(
                FieldError(
                    .notSupported,
                    path,
                    badValue: .string(text),
                    detail: "supported values: \"Exact\", \"NotOlderThan\", \"\""
                )
            )
        }
        return errors
    }

    private static func boolean(_ query: [String: String], _ name: String) throws(Status) -> Bool? {
        switch query[name] {
        case nil: nil
        case "", "true", "1", "True", "TRUE", "t": true
        case "false", "0", "False", "FALSE", "f": false
        case let text?: throw unreadable(text)
        }
    }

    private static func unreadable(_ text: String) -> Status {
        .badRequest("strconv.ParseInt: parsing \(JSONValue.string(text).jsonText): invalid syntax")
    }
}
