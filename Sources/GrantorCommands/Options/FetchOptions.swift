// Grantor
// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import FoundationEssentials
import KeySets
import KubeCore
import OperatorCore

/// How identity providers are reached; the same for the operator and for whoever examines it.
struct FetchOptions: ParsableArguments {
    @Option(help: "The DNS domain of the cluster; its services may be reached by plain http.")
    var clusterDomain = "cluster.local"

    @Option(help: ArgumentHelp("An address range that is never dialled, as in 10.0.0.0/8.", valueName: "cidr"))
    var denyAddress: [String] = []

    @Option(
        help: ArgumentHelp("Certification authorities to trust beside the system's, in PEM.", valueName: "file"),
        completion: .file(extensions: ["pem", "crt", "cer"])
    )
    var extraCaFile: String?

    @Flag(help: "Reach identity providers on loopback addresses; for development.")
    var allowLoopback = false

    @Option(
        help: ArgumentHelp(
            """
            The proxy to fetch keys through: a URL, or environment for HTTPS_PROXY, HTTP_PROXY and NO_PROXY. None is \
            used without it, because behind a proxy nobody sees which address an endpoint has.
            """,
            valueName: "url|environment"
        )
    )
    var keyProxy: String?

    func validate() throws {
        guard let keyProxy, keyProxy != "environment" else { return }
        do throws(ProxyServer.Problem) {
            _ = try ProxyServer(keyProxy)
        } catch {
            throw ValidationError("--key-proxy cannot be used: \(error.rawValue).")
        }
    }

    /// Puts the options into a configuration.
    ///
    /// - Throws: `KeySetError` when a file holds no certificates; `ExitCode` when it cannot be read.
    func apply(to configuration: inout OperatorConfiguration) throws {
        configuration.clusterDomain = clusterDomain
        configuration.deniedAddresses = denyAddress
        configuration.allowsLoopback = allowLoopback
        configuration.keyProxy = proxy(ProcessInfo.processInfo.environment)
        configuration.additionalAuthorities = try extraCaFile.map(Self.authorities)
    }

    /// The proxies that were asked for.
    func proxy(_ environment: [String: String]) -> ProxySettings? {
        switch keyProxy {
        case nil: nil
        case "environment"?: ProxySettings(environment: environment)
        case let url?: ProxySettings(url: url, source: "--key-proxy", environment: environment)
        }
    }

    /// Reads a bundle that was asked for; one that cannot be used ends the command.
    private static func authorities(_ path: String) throws -> CABundle {
        let text: [UInt8]
        do throws(FileError) {
            text = try InputFile.read(path, limit: 4 << 20)
        } catch {
            try fail(error.description)
        }
        return try CABundle(pem: text)
    }
}
