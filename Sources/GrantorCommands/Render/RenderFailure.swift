// Grantor
// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import KeySets
import KubeClient
import Rendering

/// What a command says, and how it ends, when something cannot be rendered.
enum RenderFailure {
    /// Runs a body, and turns what it throws into lines on standard error: status 1 when the chart is in the way, 2
    /// when something cannot be read or written, in a file or in the cluster.
    static func explaining<Result>(_ body: () async throws -> Result) async throws -> Result {
        do {
            return try await body()
        } catch let error as ChartError {
            try say(error.description, status: 1)
        } catch let error as YAMLEditingError {
            try say(error.description, status: 2)
        } catch let error as DocumentError {
            try say(error.description, status: 2)
        } catch let error as FileError {
            try say(error.description, status: 2)
        } catch let error as KubeError {
            try say(error.message, status: 2)
        } catch let error as KeySetError {
            try say(error.message, status: 2)
        } catch let error as DeviceGrantError {
            try say(error.message, status: 2)
        }
    }

    private static func say(_ text: String, status: Int32) throws -> Never {
        try StandardStream.error.write("grantor: \(text)\n")
        throw ExitCode(status)
    }
}
