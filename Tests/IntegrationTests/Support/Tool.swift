// Grantor
// SPDX-License-Identifier: Apache-2.0

import FoundationEssentials
import Testing

/// A program from outside that the tests of this target drive.
struct Tool: Sendable {
    /// What it is called in messages.
    let name: String
    /// Its path; `nil` when it is not installed.
    let path: String?

    /// kubectl, as found on the path.
    static let kubectl = Tool(name: "kubectl", path: search("kubectl"))

    /// The Python of `.dev/venv`, which has the packages of dev/requirements.txt.
    static let python = Tool(name: "python", path: pythonPath)

    /// Whether tests that need it are to run: it is there, or `make test` promised that it is.
    ///
    /// With `GRANTOR_REQUIRE_TOOLS=1` the tests run in any case and fail for want of the tool, so that a test run that
    /// should have had the tools never passes without them.
    var isExpected: Bool {
        path != nil || ProcessInfo.processInfo.environment["GRANTOR_REQUIRE_TOOLS"] == "1"
    }

    /// The path, or a failure of the test.
    func required() throws -> String {
        try #require(path, "\(name) is required, and it is not installed: run dev/setup.sh")
    }

    private static func search(_ name: String) -> String? {
        let folders = ProcessInfo.processInfo.environment["PATH"]?.split(separator: ":") ?? []
        return folders.map { "\($0)/\(name)" }.first { FileManager.default.isExecutableFile(atPath: $0) }
    }

    private static var pythonPath: String? {
        let path = ProcessInfo.processInfo.environment["GRANTOR_PYTHON"] ?? "\(repository)/.dev/venv/bin/python"
        return FileManager.default.isExecutableFile(atPath: path) ? path : nil
    }

    /// The root of the repository, four levels above this file.
    private static var repository: String {
        var parts = #filePath.split(separator: "/")
        parts.removeLast(4)
        return "/" + parts.joined(separator: "/")
    }

    /// The path of a script of this target.
    static func script(_ name: String) -> String {
        "\(repository)/Tests/IntegrationTests/Scripts/\(name)"
    }
}

extension Trait where Self == ConditionTrait {
    /// Runs only with kubectl.
    static var needsKubectl: Self {
        .enabled(if: Tool.kubectl.isExpected, "kubectl is not installed; dev/setup.sh installs it")
    }

    /// Runs only with Python and the packages of dev/requirements.txt.
    static var needsPython: Self {
        .enabled(if: Tool.python.isExpected, "there is no .dev/venv; dev/setup.sh makes it")
    }

    /// Runs only with a kubectl of at least that minor version.
    static func needsKubectl(minor: Int, _ reason: Comment) -> Self {
        .enabled("\(reason)") { try await KubectlVersion.current.map { $0.minor >= minor } ?? Tool.kubectl.isExpected }
    }
}
