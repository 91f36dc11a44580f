// Grantor
// SPDX-License-Identifier: Apache-2.0

import AdminAPI
import FoundationEssentials
import KeySets
import KubeCore
import Testing

@testable import GrantorCommands

struct EndpointCheckTests {
    private let now = Date(timeIntervalSince1970: 1_800_000_000)
    private let endpoint = Endpoint(url: "https://idp.example/keys?token=secret")

    private func certificate(
        hosts: [String] = ["idp.example"],
        from: Double = -86_400 * 60,
        to: Double = 86_400 * 60
    )
        -> CertificateSummary
    {
        CertificateSummary(
            subject: "idp",
            issuer: "Corporate CA",
            hosts: hosts,
            notBefore: now.addingTimeInterval(from),
            notAfter: now.addingTimeInterval(to)
        )
    }

    private func judge(
        _ error: KeySetError? = nil,
        offset: Double? = nil,
        chain: [CertificateSummary]? = nil
    ) throws -> [Diagnosis] {
        let set = try KeySet.parse(
            Array(#"{"keys":[{"kty":"OKP","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}]}"#.utf8)
        )
        let examination = EndpointExamination(
            endpoint: endpoint,
            result: error.map { .failure($0) } ?? .success(FetchedKeySet(keySet: set, keySetURI: endpoint.url)),
            exchanges: [.init(origin: "https://idp.example", status: 200, clockOffset: offset)],
            chains: chain.map { [.init(host: "idp.example", port: 443, certificates: $0)] } ?? []
        )
        return EndpointCheck.judge(examination, of: [], at: now)
    }

    @Test func `keys that can be had are in order, and no query is shown`() throws {
        let found = try judge()
        #expect(found.map(\.verdict) == [.ok])
        #expect(found.first?.object == "https://idp.example/keys")
        #expect(found.first?.message.hasPrefix("1 usable key; in metrics \(endpoint.label) ") == true)
    }

    @Test func `a failed fetch is an error with its code and advice`() throws {
        let found = try judge(KeySetError(.addressRefused, "cannot fetch the keys: the host's address (metadata)"))
        #expect(found.map(\.verdict) == [.error])
        #expect(found.first?.message.hasPrefix("AddressRefused: ") == true)
        #expect(found.first?.advice.contains("metadata addresses never may") == true)
    }

    @Test(arguments: [
        (0.0, Diagnosis.Verdict.ok), (29, .ok), (-31, .warning), (59, .warning), (60, .error), (-400, .error),
    ])
    func `clocks may differ a little`(offset: Double, verdict: Diagnosis.Verdict) throws {
        #expect(try judge(offset: offset).last?.verdict == verdict)
        #expect(try judge(offset: offset).last?.check == "endpoint-clock")
    }

    @Test func `a certificate that holds is in order, one that soon ends is a warning`() throws {
        #expect(try judge(chain: [certificate()]).map(\.verdict) == [.ok, .ok])
        let soon = try judge(chain: [certificate(to: 86_400 * 3)])
        #expect(soon.last?.verdict == .warning)
        #expect(soon.last?.message.hasPrefix("its certificate ends in 3 days") == true)
        // Of a certificate that lives a week, three days are much.
        #expect(try judge(chain: [certificate(from: -86_400 * 4, to: 86_400 * 3)]).last?.verdict == .ok)
    }

    @Test func `why a certificate is refused is told`() throws {
        let refused = KeySetError(.tlsFailed, "cannot fetch the keys: the TLS handshake failed")
        func message(_ chain: [CertificateSummary]) throws -> String {
            let last = try #require(try judge(refused, chain: chain).last)
            #expect(last.verdict == .error)
            return last.message
        }
        #expect(try message([certificate(to: -60)]).hasPrefix("its certificate expired at "))
        #expect(try message([certificate(), certificate(to: -60)]).hasPrefix("a certificate of its chain expired at "))
        #expect(try message([certificate(from: 60)]).hasPrefix("its certificate begins to hold at "))
        #expect(
            try message([certificate(hosts: ["other.example"])]).contains("is for other.example, not for this host")
        )
        #expect(
            try message([certificate()])
                == "its certificate, issued by Corporate CA, is not trusted by the system's certification authorities"
        )
        #expect(try message([]).contains("shows no certificate"))
    }
}
