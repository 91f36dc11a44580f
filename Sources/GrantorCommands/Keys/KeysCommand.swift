// Grantor
// SPDX-License-Identifier: Apache-2.0

public import ArgumentParser
import FoundationEssentials
import KeySets
import KubeCore

/// Shows what an endpoint really offers, by the same code and the same rules as the operator.
public struct KeysCommand: AsyncParsableCommand {
    /// How the command is named and explained.
    public static let configuration = CommandConfiguration(
        commandName: "keys",
        abstract: "Show which keys of a JWKS endpoint can verify tokens, and why others cannot.",
        discussion: """
            Takes the URL of a JWKS or of a discovery document, a file, or - for standard input, and applies the rules \
            of the operator. The machine itself may be asked; link-local and metadata addresses never.

            EXAMPLES
              grantor keys https://keycloak.example.com/realms/db/protocol/openid-connect/certs
              grantor keys https://idp.internal/keys --ca-file ca.pem -o json
              curl -s https://idp.example.com/keys | grantor keys -

            EXIT STATUS
              0 with a usable key, 1 when the document is refused, 2 when it cannot be got or read.
            """
    )

    /// The layouts of the output.
    enum Output: String, ExpressibleByArgument, CaseIterable {
        case text
        case json
    }

    @Argument(help: ArgumentHelp("The endpoint or file to look at.", valueName: "url|file"), completion: .file())
    var source: String

    @Option(
        name: .long,
        help: ArgumentHelp("Certification authorities to trust in place of the system's, in PEM.", valueName: "file"),
        completion: .file(extensions: ["pem", "crt", "cer"])
    )
    var caFile: String?

    @Flag(name: .long, help: "Permit plain http for any host.")
    var allowInsecure = false

    @Option(name: .shortAndLong, help: ArgumentHelp("The layout of the output.", valueName: "layout"))
    var output = Output.text

    /// Creates the command as the parser fills it.
    public init() {}

    /// Fetches or reads, prints the report, and ends with the status that it calls for.
    public func run() async throws {
        let report = await makeReport()
        switch output {
        case .json:
            let bytes = JSONWriter.bytes(report.json, layout: .indented)
            try StandardStream.output.write(String(decoding: bytes, as: UTF8.self) + "\n")
        case .text: try StandardStream.output.write(KeySetReportText(report).text + "\n")
        }
        guard let refusal = report.refusal else { return }
        throw ExitCode(refusal.refusesDocument ? 1 : 2)
    }

    private func makeReport() async -> KeySetReport {
        do {
            let endpoint = Endpoint(
                url: source,
                caBundle: try caFile.map { try CABundle(pem: try Self.read($0, limit: 4 << 20)) },
                allowsInsecure: allowInsecure
            )
            return KeySetReport(try await keys(of: endpoint), endpoint: source)
        } catch let error as KeySetError {
            return KeySetReport(error, endpoint: source)
        } catch {
            return KeySetReport(KeySetError(.unreachable, "cannot fetch the keys", cause: error), endpoint: source)
        }
    }

    private func keys(of endpoint: Endpoint) async throws -> FetchedKeySet {
        let fetcher = HTTPKeySetFetcher(configuration: .init(addressPolicy: AddressPolicy(allowsLoopback: true)))
        if source.contains("://") { return try await fetcher.fetch(endpoint) }
        let limits = KeySet.Limits()
        let bytes = try Self.read(source, limit: limits.bytes + 1)
        guard bytes.count <= limits.bytes, let value = try? JSONParser(maximumDepth: limits.depth).parse(bytes),
            let discovery = DiscoveryDocument(value)
        else { return FetchedKeySet(keySet: try KeySet.parse(bytes, limits: limits), keySetURI: source) }
        let followed = try await fetcher.fetch(
            Endpoint(
                url: discovery.keySetURI,
                caBundle: endpoint.caBundle,
                allowsInsecure: endpoint.allowsInsecure
            )
        )
        return FetchedKeySet(
            keySet: followed.keySet,
            document: .discovery,
            issuer: discovery.issuer,
            keySetURI: discovery.keySetURI,
            maxAge: followed.maxAge
        )
    }

    /// Reads no more of a file than is of use; a device or an endless pipe does no harm.
    private static func read(_ path: String, limit: Int) throws(KeySetError) -> [UInt8] {
        do {
            return try InputFile.beginning(of: path, limit: limit)
        } catch {
            throw KeySetError(.unreachable, error.description, cause: error)
        }
    }
}
