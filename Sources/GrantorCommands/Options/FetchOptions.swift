// Grantor
// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import KeySets
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

    /// Puts the options into a configuration.
    ///
    /// - Throws: `KeySetError` when a file holds no certificates; `ExitCode` when it cannot be read.
    func apply(to configuration: inout OperatorConfiguration) throws {
        configuration.clusterDomain = clusterDomain
        configuration.deniedAddresses = denyAddress
        configuration.allowsLoopback = allowLoopback
        configuration.additionalAuthorities = try extraCaFile.map(Self.authorities)
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
