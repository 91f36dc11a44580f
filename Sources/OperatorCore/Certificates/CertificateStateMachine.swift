// Grantor
// SPDX-License-Identifier: Apache-2.0

import FoundationEssentials

/// Decides what to do about the certificate of the webhook, from what is stored, what is published, and the time.
///
/// ```
///   no Secret --create--> served --2/3 of life--> staged --publish--> both are trusted --settle--> promoted
///                           ^                                                                          |
///                           +-------------------- old authority expires, is dropped <------------------+
/// ```
/// A certificate is served only after the API server was told of its authority, and an authority is trusted until it
/// has expired, so that there is no moment in which a handshake fails. Every replica may create what is not there; all
/// else is for the leader, and every write carries the version that it was decided on.
struct CertificateStateMachine: Sendable {
    /// What to do next.
    enum Step: Sendable, Equatable {
        /// Create the Secret with a new certificate.
        case create
        /// What is served cannot be read: replace all of it.
        case replace
        /// Make a new certificate, to be served next.
        case stage
        /// Write the authorities into the Secret that should be in it.
        case rebundle(String)
        /// Tell the API server of the authorities.
        case publish(String)
        /// Serve from now on what was to be served next.
        case promote
        /// Nothing before a time, unless something changes.
        case wait(until: Date?)
    }

    /// What is known of the ValidatingWebhookConfiguration.
    enum Publication: Sendable, Equatable {
        /// It was not read yet, or may not be.
        case unknown
        /// There is none: nobody asks the webhook.
        case absent
        /// It is there.
        case present(PublishedBundle)
    }

    /// The names that clients use.
    let names: [String]
    /// How long API servers may take to hear of new authorities, in seconds.
    let settle: TimeInterval
    /// Since when the API server has been told of these authorities.
    private var inPlace: (bundle: String, since: Date)?

    /// Creates a machine.
    ///
    /// - Parameters:
    ///   - names: The names that clients use.
    ///   - lifetime: How long certificates are good, in seconds.
    init(names: [String], lifetime: TimeInterval) {
        self.names = names
        settle = min(60, lifetime / 50)
    }

    /// The next step.
    ///
    /// - Parameters:
    ///   - stored: What the Secret holds; `nil` when there is none.
    ///   - published: What the API server was told.
    ///   - isLeading: Whether this process may change what is there.
    ///   - now: The time of day.
    /// - Returns: What to do; after it, ask again.
    mutating func step(
        stored: StoredCertificates?,
        published: Publication,
        isLeading: Bool,
        now: Date
    ) -> Step {
        guard let stored else { return .create }
        guard isLeading else { return .wait(until: nil) }
        guard let current = stored.current else { return .replace }
        if let next = stored.next {
            // One that waited for so long is of no use any more, nor is one for other names.
            if next.isDue(at: now, for: names) { return .stage }
        } else if stored.hasNext || current.isDue(at: now, for: names) {
            return .stage
        }
        let bundle = stored.bundle(at: now)
        if stored.bundle != bundle { return .rebundle(bundle) }
        if case .present(let configuration) = published, !configuration.holds(bundle) {
            inPlace = nil
            return .publish(bundle)
        }
        if stored.next != nil { return promotion(of: bundle, over: current, published, now) }
        return .wait(until: [current.rotation, stored.nextExpiry(after: now)].compactMap(\.self).min())
    }

    /// Whether what is to be served next may be served now.
    private mutating func promotion(
        of bundle: String,
        over current: WebhookCertificate,
        _ published: Publication,
        _ now: Date
    ) -> Step {
        switch published {
        case .unknown: return .wait(until: nil)
        case .absent: return .promote
        case .present:
            // Nobody accepts what is served now: there is nothing to be careful about.
            if !current.isUsable(at: now, for: names) { return .promote }
            if inPlace?.bundle != bundle || now < inPlace?.since ?? now { inPlace = (bundle, now) }
            let due = (inPlace?.since ?? now).addingTimeInterval(settle)
            return now >= due ? .promote : .wait(until: due)
        }
    }
}
