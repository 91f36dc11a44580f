// Grantor
// SPDX-License-Identifier: Apache-2.0

import AdminAPI
import FoundationEssentials
import KeySets
import KubeCore
import TokenAuthorizer

/// Whether keys can be fetched, how long certificates hold, and whether clocks agree.
struct EndpointCheck: Sendable {
    /// How many endpoints are looked at at a time.
    private static let width = 16
    /// From how many seconds on a difference of clocks is told, and from how many tokens are refused.
    static let clockLimits = (warning: 30.0, error: TokenPolicy.defaultClockSkew / .seconds(1))

    let examiner: EndpointExaminer
    let now: @Sendable () -> Date

    /// Fetches from each endpoint once, however many AppInstances use it.
    ///
    /// - Throws: `CancellationError`; what was found until then is told.
    func run(_ sights: [InstanceSight], _ log: DiagnosisLog) async throws {
        var users: [Endpoint: [InstanceSight]] = [:]
        var endpoints: [Endpoint] = []
        for sight in sights {
            guard let endpoint = sight.endpoint else { continue }
            if users[endpoint] == nil { endpoints.append(endpoint) }
            users[endpoint, default: []].append(sight)
        }
        let byEndpoint = users
        let refused = sights.filter { $0.endpoint == nil }
        log.add(
            refused.map { sight in
                Diagnosis(
                    area: .endpoints,
                    check: "endpoint-keys",
                    object: sight.name,
                    verdict: .skipped,
                    message: "not asked: its URL or its CA bundle is refused by the rules"
                )
            }
        )
        _ = try await boundedMap(endpoints, atMost: Self.width) { endpoint in
            let examination = try await examiner.examine(endpoint)
            log.add(Self.judge(examination, of: byEndpoint[endpoint] ?? [], at: now()))
        }
    }

    /// Judges what was seen of one endpoint.
    static func judge(_ examination: EndpointExamination, of sights: [InstanceSight], at now: Date) -> [Diagnosis] {
        let judge = Judge(examination: examination, sights: sights, now: now)
        return [judge.keys] + judge.chains + [judge.clock].compactMap(\.self)
    }

    private struct Judge {
        let examination: EndpointExamination
        let sights: [InstanceSight]
        let now: Date

        private func diagnosis(
            _ check: String,
            _ verdict: Diagnosis.Verdict,
            _ message: String,
            _ advice: String = "",
            object: String? = nil
        ) -> Diagnosis {
            Diagnosis(
                area: .endpoints,
                check: check,
                object: object ?? Printable.text(examination.endpoint.description, limit: 200),
                verdict: verdict,
                message: message,
                advice: advice
            )
        }

        private var usedBy: String {
            let names = sights.prefix(3).map(\.name).joined(separator: ", ")
            return names + (sights.count > 3 ? " and \(sights.count - 3) more" : "")
        }

        var keys: Diagnosis {
            switch examination.result {
            case .success(let fetched):
                let exposed = fetched.keySet.ignored.count { $0.reason == .privateKeyExposed }
                if exposed > 0 {
                    let text = "\(exposed) keys give their private half away; they are not used (\(usedBy))"
                    return diagnosis("endpoint-keys", .warning, text, "replace these keys at the provider at once")
                }
                let count = fetched.keySet.keys.count
                let ignored = fetched.keySet.ignored.count
                let text =
                    "\(count) usable key\(count == 1 ? "" : "s")" + (ignored == 0 ? "" : ", \(ignored) ignored")
                    + (fetched.document == .discovery ? ", by way of a discovery document" : "")
                    + "; in metrics \(examination.endpoint.label) (\(usedBy))"
                return diagnosis("endpoint-keys", .ok, text)
            case .failure(let error):
                let status = error.status.map { " (HTTP \($0))" } ?? ""
                let text =
                    "\(error.code.rawValue): \(error.message)\(error.message.contains("status") ? "" : status) (\(usedBy))"
                return diagnosis("endpoint-keys", .error, text, ReasonAdvice.text(error.code))
            }
        }

        // MARK: - TLS

        private var authorities: String {
            guard examination.endpoint.caBundle != nil, let entry = sights.first?.instance.caBundle else {
                return "the system's certification authorities"
            }
            return "ConfigMap \(Printable.text(entry.name)) (\(Printable.text(entry.key)))"
        }

        var chains: [Diagnosis] {
            examination.chains.compactMap { chain in
                let isFailure =
                    if case .failure(let error) = examination.result { error.code == .tlsFailed } else { false }
                return judge(chain, isRefused: isFailure)
            }
        }

        private func judge(_ chain: EndpointExamination.Chain, isRefused: Bool) -> Diagnosis? {
            let object = "\(chain.host):\(chain.port)"
            guard let leaf = chain.certificates.first else {
                guard isRefused else { return nil }
                let text = "shows no certificate: TLS ends before it"
                return diagnosis(
                    "endpoint-tls",
                    .error,
                    text,
                    "check the port, and that it speaks TLS 1.2 or later",
                    object: object
                )
            }
            func tell(_ verdict: Diagnosis.Verdict, _ message: String, _ advice: String = "") -> Diagnosis {
                diagnosis("endpoint-tls", verdict, message, advice, object: object)
            }
            if let expired = chain.certificates.first(where: { $0.notAfter < now }) {
                let which = expired == leaf ? "its certificate" : "a certificate of its chain"
                return tell(
                    isRefused ? .error : .warning,
                    "\(which) expired at \(Timestamp.format(expired.notAfter))",
                    "renew it at the provider"
                )
            }
            if let early = chain.certificates.first(where: { $0.notBefore > now }) {
                return tell(
                    isRefused ? .error : .warning,
                    "its certificate begins to hold at \(Timestamp.format(early.notBefore))",
                    "compare the clocks of this machine and of the provider"
                )
            }
            if !leaf.covers(chain.host) {
                let names = (leaf.hosts + leaf.addresses.map(\.description)).prefix(3).map {
                    Printable.text($0, limit: 80)
                }
                let list = names.isEmpty ? "no host" : names.joined(separator: ", ")
                return tell(
                    isRefused ? .error : .warning,
                    "its certificate is for \(list), not for this host",
                    "use the name that the certificate is for, or have one issued for this host"
                )
            }
            if isRefused {
                let issuer =
                    leaf.issuer.isEmpty || leaf.issuer.contains("@")
                    ? "an unnamed authority" : Printable.text(leaf.issuer, limit: 80)
                return tell(
                    .error,
                    "its certificate, issued by \(issuer), is not trusted by \(authorities)",
                    "put that authority into the bundle that egress.customCertificates names: docs/tasks/private-ca.md"
                )
            }
            return validity(of: chain, tell)
        }

        private func validity(
            of chain: EndpointExamination.Chain,
            _ tell: (Diagnosis.Verdict, String, String) -> Diagnosis
        ) -> Diagnosis? {
            guard let next = chain.certificates.min(by: { $0.notAfter < $1.notAfter }) else { return nil }
            let left = next.notAfter.timeIntervalSince(now)
            let text = "its certificate holds until \(Timestamp.format(next.notAfter)); trusted by \(authorities)"
            // Certificates of a few days are renewed by themselves; the share of their life tells who forgot.
            let isDue = left < 14 * 86_400 && left < next.notAfter.timeIntervalSince(next.notBefore) / 5
            return isDue
                ? tell(
                    .warning,
                    "its certificate ends in \(Int(left / 86_400)) days; \(text)",
                    "renew it at the provider"
                )
                : tell(.ok, text, "")
        }

        // MARK: - Clocks

        var clock: Diagnosis? {
            let offsets = examination.exchanges.compactMap(\.clockOffset)
            guard let offset = offsets.max(by: { abs($0) < abs($1) }) else { return nil }
            let amount = Int(abs(offset).rounded())
            let advice =
                "set this machine and the provider by NTP: tokens are refused when clocks differ by more than a minute"
            switch abs(offset) {
            case EndpointCheck.clockLimits.error...:
                return diagnosis(
                    "endpoint-clock",
                    .error,
                    "the server's clock is \(amount) s \(offset > 0 ? "ahead" : "behind")",
                    advice
                )
            case EndpointCheck.clockLimits.warning...:
                return diagnosis(
                    "endpoint-clock",
                    .warning,
                    "the server's clock is \(amount) s \(offset > 0 ? "ahead" : "behind")",
                    advice
                )
            default:
                return diagnosis("endpoint-clock", .ok, "the clocks agree" + (amount > 0 ? " within \(amount) s" : ""))
            }
        }
    }
}
