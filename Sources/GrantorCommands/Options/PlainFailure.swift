// Grantor
// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import DevAPIServer
import DevIdentityProvider
import FoundationEssentials
import KeySets
import KubeClient

/// Runs a command's body and turns what it throws into one line on standard error and exit status 1.
func failingPlainly(_ body: () async throws -> Void) async throws {
    do {
        try await body()
    } catch let error as KubeError {
        try fail(error.message)
    } catch let error as KeySetError {
        try fail(error.message)
    } catch let error as DevAPIServerError where error.code == .cannotListen {
        try fail("\(error.message); choose another address with --listen (port 0 takes any free one)")
    } catch let error as DevAPIServerError {
        try fail(error.message)
    } catch let error as ProviderError {
        try fail(error.message)
    }
}

/// Ends a command with a line on standard error.
func fail(_ message: String, status: Int32 = 1) throws -> Never {
    try StandardStream.error.write("grantor: \(message)\n")
    throw ExitCode(status)
}
