// Grantor
// SPDX-License-Identifier: Apache-2.0

import AdminAPI
import FoundationEssentials
import KeySets
import KubeClient
import KubeCore
import Logging
import TokenAuthorizer

/// One run of `grantor login`: read, fetch the keys, get a token, judge it.
struct LoginTrial: Sendable {
    private let command: LoginCommand
    private let transport = HTTPKeySetFetcher.Configuration(addressPolicy: AddressPolicy(allowsLoopback: true))

    /// Creates a run of a command.
    init(_ command: LoginCommand) {
        self.command = command
    }

    /// Runs.
    ///
    /// - Throws: `LoginFailure`, `DeviceGrantError`, `KeySetError`, `FileError`; `CancellationError` on a signal.
    func run() async throws -> LoginVerdict {
        let document = try await command.instance.read()
        let source = try LoginSource(document)
        let endpoint = Endpoint(
            url: source.admin.jwksEndpoint,
            caBundle: try await bundle(source, document),
            allowsInsecure: command.allowInsecure
        )
        let fetched = try await HTTPKeySetFetcher(configuration: transport).fetch(endpoint)
        let issuer = IssuerResolution(
            declared: command.issuer,
            discovered: fetched.issuer,
            endpoint: source.admin.jwksEndpoint
        )
        let token = try await token(source, endpoint: endpoint, fetched: fetched, issuer: issuer)
        let policy = TokenPolicy(
            issuer: issuer.value,
            audiences: command.audience.isEmpty ? [command.clientID].compactMap(\.self) : command.audience,
            userIDClaim: command.userIDClaim ?? source.admin.defaultUserIDClaim
        )
        let now = Date()
        let authorizer = TokenAuthorizer(
            policy: policy,
            keys: KeyRing(fetched.keySet),
            users: UserDirectory(source.admin.users)
        )
        return LoginVerdict(
            judgement: authorizer.judge(token.text, at: now),
            source: source,
            policy: policy,
            issuerSource: issuer.source,
            isAudienceDefault: command.audience.isEmpty,
            keys: fetched.keySet,
            keySetURI: fetched.keySetURI,
            token: token.kind,
            printedToken: command.printToken ? token.text : nil,
            now: now
        )
    }

    /// The certification authorities: those of `--ca-file`, else those that the AppInstance names.
    private func bundle(_ source: LoginSource, _ document: LoadedDocument) async throws -> CABundle? {
        if let path = command.caFile { return try CABundle(pem: try InputFile.read(path, limit: 4 << 20)) }
        guard let entry = source.bundle else { return nil }
        let text: String?
        switch command.instance.source {
        case .file: text = LoginSource.bundle(entry, in: document.bytes)
        case .live: text = try await command.instance.cluster.entry(entry, namespace: source.namespace)
        }
        if let text { return try CABundle(pem: Array(text.utf8)) }
        try StandardStream.error.write(
            "note: the certification authorities in ConfigMap \(entry.name), key \(entry.key), are not at hand; "
                + "the system's are used. --ca-file gives others.\n"
        )
        return nil
    }

    // MARK: - The token

    private struct Token {
        let text: String
        let kind: LoginVerdict.TokenKind
    }

    private func token(
        _ source: LoginSource,
        endpoint: Endpoint,
        fetched: FetchedKeySet,
        issuer: IssuerResolution
    ) async throws -> Token {
        if let path = command.token {
            // A token of a byte more than is looked at is enough to say that it is too long.
            let bytes = try InputFile.beginning(of: path, limit: TokenLimits.size + 64)
            return Token(text: HTTPURL.trimmed(String(decoding: bytes, as: UTF8.self)), kind: .given)
        }
        let provider = LoginProvider(command, source, endpoint: endpoint, fetched: fetched, issuer: issuer, transport)
        let metadata = try await provider.metadata()
        let client = try DeviceGrantClient(metadata, like: endpoint, configuration: transport)
        let prompt = DevicePrompt(stream: .error, style: command.color.style(for: .error), qr: command.qr)
        let answer = try await prompt.login(
            DeviceLogin(client),
            for: provider.request(clientID: command.clientID ?? "")
        )
        if let text = answer.accessToken, Self.isJWT(text) { return Token(text: text, kind: .accessToken) }
        if let text = answer.idToken { return Token(text: text, kind: .idToken) }
        throw LoginFailure(
            message: "cannot judge the token: the access token is opaque, and there is no ID token",
            advice: "At Auth0 give --audience; elsewhere ask for --scope openid."
        )
    }

    /// Whether a text has the looks of a JWT: three parts, of which the first is a JSON object.
    private static func isJWT(_ text: String) -> Bool {
        let parts = text.split(separator: ".", maxSplits: 4, omittingEmptySubsequences: false)
        guard parts.count == 3, let header = Base64URL.decode(String(parts[0])) else { return false }
        return (try? JSONValue(parsing: header))?.object != nil
    }
}

extension ClusterOptions {
    /// Reads one entry of a ConfigMap in the cluster; `nil` when there is none.
    ///
    /// - Throws: `KubeError`.
    func entry(_ entry: ConfigMapEntry, namespace: String?) async throws -> String? {
        let configuration = try load()
        let name = NamespacedName(namespace: namespace ?? configuration.namespace, name: entry.name)
        return try await withKubeClient(
            configuration,
            options: KubeClient.Options(fieldManager: "grantor"),
            host: .live,
            logger: LogOptions.logger("grantor", level: .error)
        ) { client in
            try await client.get(.configMaps, name)?["data"]?[entry.key]?.string
        }
    }
}
