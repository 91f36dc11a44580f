// Grantor
// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import KeySets
import Rendering

/// Where the addresses of a login come from.
struct LoginAddressOptions: ParsableArguments {
    @Option(help: ArgumentHelp("The provider's issuer, where its URLs do not tell.", valueName: "url"))
    var issuer: String?

    @Flag(help: "Insist on the provider's discovery document; fail when it does not answer.")
    var discover = false

    @Flag(help: "Ask nobody: take the addresses from the shape of the provider's URLs.")
    var offline = false

    @Option(
        help: ArgumentHelp("Certification authorities to trust in place of the system's, in PEM.", valueName: "file"),
        completion: .file(extensions: ["pem", "crt", "cer"])
    )
    var caFile: String?

    func validate() throws {
        guard !discover || !offline else { throw ValidationError("give either --discover or --offline") }
    }

    /// The URL of the discovery document that is asked; `nil` when it is not known.
    func discoveryURL(of draft: InfluxctlDraft) -> String? {
        if let issuer { return ProviderMetadata.url(ofIssuer: issuer) }
        if let endpoint = draft.jwksEndpoint, endpoint.contains("/.well-known/openid-configuration") { return endpoint }
        return draft.preset?.issuer.map(ProviderMetadata.url(ofIssuer:))
    }

    /// Asks the provider; three seconds must do where its answer can be done without.
    ///
    /// - Throws: `DeviceGrantError`, `KeySetError`, `FileError` or `CancellationError`.
    func fetch(_ url: String) async throws -> ProviderMetadata {
        let bundle = try caFile.map { try CABundle(pem: try InputFile.read($0, limit: 4 << 20)) }
        var configuration = HTTPKeySetFetcher.Configuration(addressPolicy: AddressPolicy(allowsLoopback: true))
        if !discover {
            configuration.connectTimeout = .seconds(2)
            configuration.totalTimeout = .seconds(3)
        }
        return try await MetadataFetcher(configuration: configuration).fetch(Endpoint(url: url, caBundle: bundle))
    }
}
