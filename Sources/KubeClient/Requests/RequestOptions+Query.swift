// Grantor
// SPDX-License-Identifier: Apache-2.0

import KubeCore

extension ListOptions {
    /// These options as a query.
    var query: QueryString {
        var query = QueryString()
        query.add("labelSelector", labelSelector)
        query.add("fieldSelector", fieldSelector)
        if limit > 0 { query.add("limit", String(limit)) }
        query.add("continue", continueToken)
        query.add("resourceVersion", resourceVersion)
        query.add("resourceVersionMatch", resourceVersionMatch?.rawValue)
        return query
    }
}

extension WatchOptions {
    /// These options as a query.
    var query: QueryString {
        var query = QueryString()
        query.add("watch", "true")
        query.add("labelSelector", labelSelector)
        query.add("fieldSelector", fieldSelector)
        query.add("resourceVersion", resourceVersion)
        query.add("resourceVersionMatch", resourceVersionMatch?.rawValue)
        if allowBookmarks { query.add("allowWatchBookmarks", "true") }
        query.add("sendInitialEvents", sendInitialEvents.map { $0 ? "true" : "false" })
        query.add("timeoutSeconds", timeoutSeconds.map(String.init))
        return query
    }
}

extension WriteOptions {
    /// These options as a query.
    ///
    /// - Parameters:
    ///   - fallback: Who owns the fields when the options do not say.
    ///   - force: Whether an apply takes fields from other managers.
    /// - Returns: The query.
    func query(fieldManager fallback: String, force: Bool = false) -> QueryString {
        var query = QueryString()
        query.add("fieldManager", fieldManager ?? fallback)
        if force { query.add("force", "true") }
        if dryRun { query.add("dryRun", "All") }
        query.add("fieldValidation", fieldValidation?.rawValue)
        return query
    }
}

extension DeleteOptions {
    /// These options as a body (`DeleteOptions` of `meta/v1`); `nil` when all are at their defaults.
    var body: JSONValue? {
        var preconditions: JSONObject = [:]
        preconditions["uid"] = uid.map { .string($0) }
        preconditions["resourceVersion"] = resourceVersion.map { .string($0) }
        var body: JSONObject = [:]
        if !preconditions.isEmpty { body["preconditions"] = .object(preconditions) }
        body["propagationPolicy"] = propagationPolicy.map { .string($0.rawValue) }
        body["gracePeriodSeconds"] = gracePeriodSeconds.map { .integer(Int64($0)) }
        if dryRun { body["dryRun"] = ["All"] }
        guard !body.isEmpty else { return nil }
        body["apiVersion"] = "v1"
        body["kind"] = "DeleteOptions"
        return .object(body)
    }
}
