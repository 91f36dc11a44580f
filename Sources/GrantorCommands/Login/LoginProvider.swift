// Grantor
// SPDX-License-Identifier: Apache-2.0

import AdminAPI
import KeySets
import KubeCore
import Rendering

/// Where a person logs in, and what to ask for.
struct LoginProvider: Sendable {
    private let command: LoginCommand
    private let endpoint: Endpoint
    private let fetched: FetchedKeySet
    private let issuer: IssuerResolution
    private let preset: ProviderPreset?
    private let transport: HTTPKeySetFetcher.Configuration

    /// Takes what is known.
    init(
        _ command: LoginCommand,
        _ source: LoginSource,
        endpoint: Endpoint,
        fetched: FetchedKeySet,
        issuer: IssuerResolution,
        _ transport: HTTPKeySetFetcher.Configuration
    ) {
        self.command = command
        self.endpoint = endpoint
        self.fetched = fetched
        self.issuer = issuer
        self.transport = transport
        let name = source.admin.identityProvider
        preset =
            ProviderPreset(jwksEndpoint: source.admin.jwksEndpoint, provider: name)
            ?? issuer.value.flatMap { ProviderPreset(issuer: $0, provider: name) }
    }

    /// Where the endpoints are: the discovery document says so, or else the shape of the provider's URLs.
    func metadata() async throws -> ProviderMetadata {
        let found: ProviderMetadata
        do {
            found = try await discovered()
        } catch let error as DeviceGrantError {
            guard !command.discover, issuer.source != .declared, let preset, preset.deviceURL != nil else {
                throw error
            }
            try note("\(error.message); \(preset.kind.rawValue)'s usual addresses are used instead")
            return ProviderMetadata(deviceURL: preset.deviceURL, tokenURL: preset.tokenURL)
        }
        if let named = found.issuer, let expected = issuer.value, !UTF8Order.equal(named, expected) {
            try note(
                "the provider calls itself \(Printable.text(named)), and its endpoint leads to \(Printable.text(expected)); "
                    + "the operator goes by the latter unless the AdminAccess says otherwise"
            )
        }
        guard found.deviceURL == nil, !command.discover, let preset, let deviceURL = preset.deviceURL else {
            return found
        }
        try note(
            "the discovery document names no device authorization endpoint; \(preset.kind.rawValue)'s usual one is tried"
        )
        return ProviderMetadata(deviceURL: deviceURL, tokenURL: found.tokenURL ?? preset.tokenURL)
    }

    /// What to ask for: a token that can be verified, and an ID token where the provider gives one.
    func request(clientID: String) -> DeviceRequest {
        var scopes = command.scope
        if scopes.isEmpty {
            scopes = preset?.scopes(clientID: clientID) ?? []
            for scope in ["openid", "profile"] where !scopes.contains(scope) { scopes.append(scope) }
        }
        // Only where it is needed, or asked for: a provider may refuse a parameter that it does not know.
        let isWanted = preset?.needsAudience ?? !command.audience.isEmpty
        let audience = isWanted ? command.audience.first : nil
        return DeviceRequest(
            clientID: clientID,
            scopes: scopes,
            parameters: preset?.parameters(audience: audience) ?? audience.map { ["audience": $0] } ?? [:]
        )
    }

    private func discovered() async throws -> ProviderMetadata {
        let fetcher = MetadataFetcher(configuration: transport)
        if let declared = command.issuer {
            return try await fetcher.fetch(like(ProviderMetadata.url(ofIssuer: declared)), issuer: declared)
        }
        if fetched.document == .discovery { return try await fetcher.fetch(endpoint) }
        guard let value = issuer.value else {
            throw DeviceGrantError(
                .notOffered,
                "cannot find the provider's discovery document: its issuer does not follow from jwksEndpoint"
            )
        }
        return try await fetcher.fetch(like(ProviderMetadata.url(ofIssuer: value)))
    }

    /// Another address under the conditions of the first.
    private func like(_ url: String) -> Endpoint {
        Endpoint(url: url, caBundle: endpoint.caBundle, allowsInsecure: endpoint.allowsInsecure)
    }

    private func note(_ text: String) throws {
        try StandardStream.error.write("note: \(text)\n")
    }
}
