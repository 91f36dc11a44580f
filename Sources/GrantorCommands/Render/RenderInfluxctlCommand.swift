// Grantor
// SPDX-License-Identifier: Apache-2.0

import AdminAPI
import ArgumentParser
import KeySets
import KubeCore
import Rendering

/// `grantor render influxctl`: the connection profile with which influxctl logs in through the identity provider.
struct RenderInfluxctlCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "influxctl",
        abstract: "Print the profile with which influxctl logs in through the identity provider.",
        discussion: """
            The addresses of the login come from the provider's discovery document when it answers, else from the shape of \
            its URLs: Keycloak, Auth0, Entra ID, Okta, Google, authentik, Dex, PingOne, PingFederate, AD FS, GitLab, \
            Zitadel, Authelia. With --merge, other profiles of the file stay byte for byte.

            EXAMPLES
              grantor render influxctl -f appinstance.yaml --client-id influxctl
              grantor render influxctl -f values.yaml --client-id ID --host db.example.com
              grantor render influxctl -n influxdb influxdb --client-id ID --discover
              grantor render influxctl -f a.yaml --client-id ID --audience https://influxdb
              grantor render influxctl -f a.yaml --client-id ID --merge config.toml --in-place

            EXIT STATUS
              0 when it is printed or written, 1 when something is missing or cannot be edited, 2 when a file cannot be \
            read or written.
            """
    )

    @OptionGroup var instance: InstanceOptions
    @OptionGroup var login: LoginAddressOptions

    @Option(help: ArgumentHelp("The client (application) at the identity provider.", valueName: "id"))
    var clientID: String

    @Option(help: ArgumentHelp("The name of the profile.", valueName: "name"))
    var profile = "default"

    @Option(help: ArgumentHelp("The cluster's host; that of its ingress when none is given.", valueName: "host"))
    var host: String?

    @Option(help: ArgumentHelp("The cluster's port; 443 where the host is that of the ingress.", valueName: "port"))
    var port: String?

    @Option(help: ArgumentHelp("The API that tokens are for; Auth0 wants one.", valueName: "audience"))
    var audience: String?

    @Option(help: ArgumentHelp("A scope in the place of those of the provider; repeatable.", valueName: "scope"))
    var scope: [String] = []

    @Option(
        help: ArgumentHelp(
            "Add the client secret from a file, or - for standard input; influxctl 2.9.8 and later refuse it.",
            valueName: "file"
        ),
        completion: .file()
    )
    var legacyClientSecret: String?

    @Option(
        help: ArgumentHelp("Put the profile into this config.toml, and print that.", valueName: "file"),
        completion: .file(extensions: ["toml"])
    )
    var merge: String?

    @Flag(help: "Write the changed file to where it came from.")
    var inPlace = false

    @Option(
        name: [.short, .customLong("output-file")],
        help: ArgumentHelp("Write into a file, readable by you alone.", valueName: "file"),
        completion: .file()
    )
    var output: String?

    func validate() throws {
        if inPlace, merge == nil || merge == "-" { throw ValidationError("--in-place goes with --merge and a file") }
        if inPlace, output != nil { throw ValidationError("give either --in-place or -o") }
        let inputs = [instance.file, legacyClientSecret, merge]
        guard inputs.count(where: { $0 == "-" }) < 2 else {
            throw ValidationError("standard input can be only one of -f, --legacy-client-secret and --merge")
        }
    }

    func run() async throws {
        try await failingPlainly {
            try await RenderFailure.explaining {
                do {
                    try await render()
                } catch let error as InfluxctlError {
                    let place = merge.map { path in error.line.map { "\(path):\($0): " } ?? "" } ?? ""
                    try fail(place + error.message)
                }
            }
        }
    }

    // MARK: - Steps

    private func render() async throws {
        var draft = try Self.draft(of: try await instance.read(), clientID: clientID)
        draft.name = profile
        draft.issuer = login.issuer
        draft.host = host
        draft.port = port
        draft.audience = audience
        draft.scopes = scope.filter { !$0.isEmpty }
        draft.legacyClientSecret = try secret()
        draft.discovery = try await discovery(for: &draft)
        let result = try draft.make()
        try tell(result.notes)
        guard let merge else {
            try write(Array(result.profile.text.utf8), to: output)
            return
        }
        let configuration = try InfluxctlConfiguration(try Self.existing(merge))
        let merged = try configuration.merging(result.profile)
        try tell(merged.unknownKeys.map { "\($0) is a key that influxctl refuses; take it out" })
        if inPlace {
            if merged.bytes != configuration.bytes { try write(merged.bytes, to: merge) }
        } else {
            try write(merged.bytes, to: output)
        }
    }

    /// What a document says of the provider and the host.
    static func draft(of document: LoadedDocument, clientID: String) throws -> InfluxctlDraft {
        let package: JSONValue
        switch document.content {
        case .instance(let value), .singleNamespace(let value):
            package = value[path: ["spec", "package", "spec"]] ?? .null
        case .values(let values): package = .object(values)
        }
        guard let admin = package["admin"] else {
            throw DocumentError(
                document.name,
                "has no admin block, so that nobody logs in through an identity provider"
            )
        }
        var draft = InfluxctlDraft(clientID: clientID)
        draft.identityProvider = admin["identityProvider"]?.string
        draft.jwksEndpoint = admin["jwksEndpoint"]?.string
        draft.ingressHosts = (package["ingress"]?["hosts"]?.array ?? []).compactMap(\.string)
        return draft
    }

    /// What the provider says of itself; `nil` when nobody asked for it or, unless it must be, when it does not answer.
    private func discovery(for draft: inout InfluxctlDraft) async throws -> InfluxctlDraft.Discovery? {
        guard !login.offline else { return nil }
        guard let url = login.discoveryURL(of: draft) else {
            guard login.discover else { return nil }
            throw InfluxctlError(.incomplete, "cannot tell the provider's issuer from its URLs: give it with --issuer")
        }
        do {
            let metadata = try await metadata(at: url, for: &draft)
            return InfluxctlDraft.Discovery(
                issuer: metadata.issuer,
                deviceURL: metadata.deviceURL,
                tokenURL: metadata.tokenURL,
                listsDeviceGrant: metadata.listsDeviceGrant
            )
        } catch let error as DeviceGrantError where !login.discover {
            try tell(["\(error.message); the addresses follow from the shape of the provider's URLs"])
            return nil
        }
    }

    /// Asks, and where a Keycloak has no such realm asks for the other form of its path.
    private func metadata(at url: String, for draft: inout InfluxctlDraft) async throws -> ProviderMetadata {
        do {
            return try await login.fetch(url)
        } catch let error as DeviceGrantError {
            guard let preset = draft.preset, preset.kind == .keycloak, (error.cause as? KeySetError)?.status == 404,
                let issuer = preset.issuer.flatMap(KeycloakPrefix.other),
                let found = try? await login.fetch(ProviderMetadata.url(ofIssuer: issuer))
            else { throw error }
            try tell(["the provider has no realm at \(preset.issuer ?? url), but one at \(issuer), which is used"])
            draft.issuer = issuer
            return found
        }
    }

    private func secret() throws -> String? {
        guard let path = legacyClientSecret else { return nil }
        let bytes = try InputFile.read(path, limit: 4096)
        let text = HTTPURL.trimmed(String(decoding: bytes, as: UTF8.self))
        guard !text.isEmpty, text.unicodeScalars.allSatisfy({ $0.value >= 0x20 && $0.value != 0xFFFD }) else {
            throw InfluxctlError(.invalid, "cannot use the client secret: the file is empty or is not one line of text")
        }
        return text
    }

    /// The configuration to change; a file that is not there yet is an empty one.
    private static func existing(_ path: String) throws(FileError) -> [UInt8] {
        if path != "-", !OutputFile.exists(path) { return [] }
        return try InputFile.read(path, limit: InfluxctlConfiguration.maximumSize)
    }

    private func write(_ bytes: [UInt8], to path: String?) throws(FileError) {
        try OutputFile.write(bytes, to: path, newFileMode: 0o600)
    }

    private func tell(_ notes: [String]) throws {
        for note in notes { try StandardStream.error.write("note: \(note)\n") }
    }
}
