// Grantor
// SPDX-License-Identifier: Apache-2.0

import KubeCore

/// What a refresh of the admin token is about, as it is in the namespace now.
struct RefreshWorld: Hashable, Sendable {
    /// An object by name and identity.
    struct Item: Hashable, Sendable {
        let name: String
        let uid: String
        /// Whether its deletion has begun.
        var isDeleting = false
    }

    /// A Job that makes one of the Secrets.
    struct Job: Hashable, Sendable {
        enum State: Hashable, Sendable {
            case running
            case complete
            case failed
        }

        let item: Item
        let role: JobRole
        var state = State.running
    }

    /// A pod that holds the keys in memory.
    struct Pod: Hashable, Sendable {
        let item: Item
        /// The value of its label `app`.
        let app: String
        var isReady = false
    }

    /// The Secrets, in the order of the documented procedure.
    static let secretNames = ["rsa-keys", "admin-token"]

    /// The values of the label `app` of pods that hold the keys: token-management takes part since 20240214, `core`
    /// since 20241024 in place of the gateway, `authz` before both.
    static let apps = ["token-management", "core", "authz"]

    /// Whether kubit leaves the AppInstance alone.
    var isPaused = false
    /// Whether the AppInstance is being deleted.
    var isDeleting = false
    /// The reason of kubit's condition `Ready`; `nil` when kubit has written none.
    var kubitReason: String?
    /// The Secrets that are there.
    var secrets: [Item] = []
    /// The Jobs that are there.
    var jobs: [Job] = []
    /// The pods that are there.
    var pods: [Pod] = []
    /// What a refresh that was broken off has left.
    var record: RefreshRecord?
}

/// Which of the two Secrets a Job makes.
enum JobRole: String, CaseIterable, Sendable {
    /// `rsa-keys`.
    case keys = "key-gen"
    /// `admin-token`; called `token-gen` by older releases.
    case token = "create-admin-token"

    /// Recognises a Job by its name, which may carry a prefix or a suffix: `key-gen-20260421`.
    init?(jobName: String) {
        let words = jobName.split(separator: "-")
        // kubit's own Job applies the package, and an AppInstance may have any name.
        guard !jobName.hasPrefix("kubit-apply-") else { return nil }
        func has(_ phrase: String) -> Bool {
            let wanted = phrase.split(separator: "-")
            guard words.count >= wanted.count else { return false }
            return (0...(words.count - wanted.count)).contains { words[$0...].starts(with: wanted) }
        }
        if has("create-admin-token") || has("token-gen") {
            self = .token
        } else if has("key-gen") {
            self = .keys
        } else {
            return nil
        }
    }
}
