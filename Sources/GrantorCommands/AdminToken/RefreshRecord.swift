// Grantor
// SPDX-License-Identifier: Apache-2.0

import KubeCore

/// Which objects a refresh replaces, by identity, so that it can be taken up again where it broke off.
///
/// It stands in a ConfigMap beside the AppInstance for as long as the refresh lasts, and holds nothing secret. An object
/// with one of these identities is old and goes; one of the same name with another identity is new and stays.
struct RefreshRecord: Hashable, Sendable {
    /// The key of the ConfigMap's entry.
    static let key = "refresh.json"

    /// When it began.
    let startedAt: String
    /// The identities of the Secrets, by name.
    let secrets: [String: String]
    /// The identities of the Jobs, by name.
    let jobs: [String: String]
    /// The identities of the pods, by name.
    let pods: [String: String]
    /// The labels `app` of the pods.
    let apps: [String]
    /// The roles of the Jobs.
    let roles: [JobRole]

    /// Takes down what is there.
    init(of world: RefreshWorld, at time: String) {
        startedAt = time
        secrets = Self.identities(world.secrets)
        jobs = Self.identities(world.jobs.map(\.item))
        pods = Self.identities(world.pods.map(\.item))
        apps = RefreshWorld.apps.filter { app in world.pods.contains { $0.app == app } }
        roles = JobRole.allCases.filter { role in world.jobs.contains { $0.role == role } }
    }

    /// The name of the ConfigMap.
    static func configMapName(of instance: String) -> String {
        "\(instance)-admin-token-refresh"
    }

    private static func identities(_ items: [RefreshWorld.Item]) -> [String: String] {
        Dictionary(items.map { ($0.name, $0.uid) }) { first, _ in first }
    }
}

extension RefreshRecord: JSONConvertible {
    /// Reads what `json` wrote.
    ///
    /// - Throws: `FieldError` when a member is missing or of another type.
    init(json: JSONValue) throws(FieldError) {
        startedAt = json["startedAt"]?.string ?? ""
        secrets = try Self.texts(json, "secrets")
        jobs = try Self.texts(json, "jobs")
        pods = try Self.texts(json, "pods")
        apps = (json["apps"]?.array ?? []).compactMap(\.string)
        roles = (json["roles"]?.array ?? []).compactMap { $0.string.flatMap(JobRole.init(rawValue:)) }
    }

    var json: JSONValue {
        [
            "startedAt": .string(startedAt),
            "secrets": Self.object(secrets),
            "jobs": Self.object(jobs),
            "pods": Self.object(pods),
            "apps": .array(apps.map(JSONValue.string)),
            "roles": .array(roles.map { .string($0.rawValue) }),
        ]
    }

    private static func object(_ texts: [String: String]) -> JSONValue {
        .object(JSONObject(texts.map { ($0.key, .string($0.value)) }))
    }

    private static func texts(_ json: JSONValue, _ name: String) throws(FieldError) -> [String: String] {
        guard let object = json[name]?.object else { throw FieldError(.required, FieldPath(keys: name)) }
        var texts: [String: String] = [:]
        for (name, value) in object { texts[name] = value.string }
        return texts
    }
}
