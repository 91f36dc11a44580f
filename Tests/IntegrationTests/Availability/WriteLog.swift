// Grantor
// SPDX-License-Identifier: Apache-2.0

import DevAPIServer
import KubeClient
import KubeCore
import Synchronization

/// Every write that reaches the API server, with who sent it and who held the lease when it came; and the means to cut
/// an operator off.
final class WriteLog: Sendable {
    /// A write that is about to be carried out.
    struct Entry: Sendable, CustomStringConvertible {
        let time: ContinuousClock.Instant
        let writer: String
        let holder: String
        let what: String

        var description: String { "\(writer) (holder \(holder)): \(what)" }
    }

    /// What goes wrong between an operator and the server.
    enum Fault: Sendable {
        /// Nothing comes through.
        case cutOff
        /// Everything takes so long.
        case slow(Duration)
    }

    private struct State {
        var entries: [Entry] = []
        var faults: [String: Fault] = [:]
    }

    private let names: [String]
    private let client: KubeClient
    private let lease: NamespacedName
    private let state = Mutex(State())

    init(writers names: [String], client: KubeClient, lease: NamespacedName) {
        self.names = names
        self.client = client
        self.lease = lease
    }

    /// The writes so far, leases apart.
    var entries: [Entry] { state.withLock { $0.entries } }

    /// Lets something go wrong for an operator from now on, or nothing any more.
    func set(_ fault: Fault?, for name: String) {
        state.withLock { $0.faults[name] = fault }
    }

    /// Who holds the lease.
    func holder() async throws -> String {
        try await client.get(.leases, lease)?["spec"]?["holderIdentity"]?.string ?? ""
    }

    /// What the server asks about every request.
    @Sendable func judge(_ attempt: RequestAttempt) async -> Status? {
        guard let name = names.first(where: { attempt.userAgent.hasSuffix("(\($0))") }) else { return nil }
        switch state.withLock({ $0.faults[name] }) {
        case .cutOff: return Status(code: 503, reason: "ServiceUnavailable", message: "cut off")
        case .slow(let delay): try? await Task.sleep(for: delay)
        case nil: break
        }
        guard !["get", "list", "watch"].contains(attempt.verb), attempt.resource != "leases" else { return nil }
        let entry = Entry(
            time: .now,
            writer: name,
            holder: (try? await holder()) ?? "nobody knows",
            what: "\(attempt.verb) \(attempt.resource) \(attempt.name ?? "")"
        )
        state.withLock { $0.entries.append(entry) }
        return nil
    }
}
