// Grantor
// SPDX-License-Identifier: Apache-2.0

import KubeCore

/// What one check found.
struct Diagnosis: Sendable, Hashable {
    /// How it stands.
    enum Verdict: String, CaseIterable, Sendable {
        /// As it should be.
        case ok
        /// It works; somebody should look at it.
        case warning
        /// It does not work.
        case error
        /// It could not be looked at, for a reason that the message tells.
        case skipped
    }

    /// What part of the world a check is about, in the order of the report.
    enum Area: String, CaseIterable, Sendable {
        /// The API server and who asks.
        case connection
        /// What the operator may do.
        case permissions
        /// The custom resource definitions.
        case definitions
        /// The lease and the pods.
        case leadership
        /// The AppInstances and what the operator says of them.
        case appInstances
        /// Where keys come from.
        case endpoints
    }

    /// The part of the world.
    let area: Area
    /// The check, as programs know it: `server-version`, `endpoint-clock`.
    let check: String
    /// What was looked at: an object, an endpoint without its query.
    var object = ""
    /// How it stands.
    let verdict: Verdict
    /// One line for people; neither a secret nor an e-mail address is in it.
    let message: String
    /// What to do.
    var advice = ""
}

extension Diagnosis {
    /// The diagnosis without e-mail addresses, wherever they may have come from.
    var withoutAddresses: Diagnosis {
        Diagnosis(
            area: area,
            check: check,
            object: Printable.withoutAddresses(object),
            verdict: verdict,
            message: Printable.withoutAddresses(message),
            advice: Printable.withoutAddresses(advice)
        )
    }
}

extension Diagnosis: JSONWritable {
    /// The diagnosis as `grantor doctor -o json` prints it.
    var json: JSONValue {
        .members([
            "area": .string(area.rawValue),
            "check": .string(check),
            "object": object.isEmpty ? nil : .string(object),
            "status": .string(verdict.rawValue),
            "message": .string(message),
            "advice": advice.isEmpty ? nil : .string(advice),
        ])
    }
}
