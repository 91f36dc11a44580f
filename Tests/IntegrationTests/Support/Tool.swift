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

    /// bash, as found on the path.
    static let bash = Tool(name: "bash", path: search("bash"))

    /// The Python of `.dev/venv`, which has the packages of dev/requirements.txt.
    static let python = Tool(name: "python", path: pythonPath)

    /// Glewlwyd, an OpenID provider of Debian.
    static let glewlwyd = Tool(name: "glewlwyd", path: search("glewlwyd"))

    /// The program under test, which SwiftPM builds into the folder of the test bundle.
    static let grantor = Tool(name: "grantor", path: productPath)

    /// promtool, installed or unpacked by dev/setup.sh.
    static let promtool = Tool(name: "promtool", path: prometheusPath("promtool"))

    /// Prometheus itself, likewise.
    static let prometheus = Tool(name: "prometheus", path: prometheusPath("prometheus"))

    /// Whether tests that need it are to run: it is there, or `make test` promised that it is.
    ///
    /// With `GRANTOR_REQUIRE_TOOLS=1` the tests run in any case and fail for want of the tool, so that a test run that
    /// should have had the tools never passes without them.
    /// `GRANTOR_WITHOUT_GLEWLWYD=1` and its like take the promise back for one tool.
    var isExpected: Bool {
        let environment = ProcessInfo.processInfo.environment
        let isPromised =
            environment["GRANTOR_REQUIRE_TOOLS"] == "1" && environment["GRANTOR_WITHOUT_\(name.uppercased())"] != "1"
        return path != nil || isPromised
    }

    /// The path, or a failure of the test.
    func required() throws -> String {
        try #require(path, "\(name) is required, and it is not installed: run dev/setup.sh")
    }

    private static func search(_ name: String) -> String? {
        let folders = ProcessInfo.processInfo.environment["PATH"]?.split(separator: ":") ?? []
        return folders.map { "\($0)/\(name)" }.first { FileManager.default.isExecutableFile(atPath: $0) }
    }

    private static func prometheusPath(_ name: String) -> String? {
        let unpacked = "\(repository)/.dev/prometheus/usr/bin/\(name)"
        return search(name) ?? (FileManager.default.isExecutableFile(atPath: unpacked) ? unpacked : nil)
    }

    private static var pythonPath: String? {
        let path = ProcessInfo.processInfo.environment["GRANTOR_PYTHON"] ?? "\(repository)/.dev/venv/bin/python"
        return FileManager.default.isExecutableFile(atPath: path) ? path : nil
    }

    private static var productPath: String? {
        // The runner names the bundle; how, and where among its arguments, differs between versions of SwiftPM.
        let bundles = CommandLine.arguments.filter { $0.contains(".xctest") }
        let folders = bundles.map { bundle -> String in
            let parts = bundle.split(separator: "/", omittingEmptySubsequences: false)
            let folder = parts.prefix { !$0.hasSuffix(".xctest") }.joined(separator: "/")
            return folder.hasPrefix("/") ? folder : FileManager.default.currentDirectoryPath + "/" + folder
        }
        let candidates = (folders + ["\(repository)/.build/debug"]).map { "\($0)/grantor" }
        return candidates.first { FileManager.default.isExecutableFile(atPath: $0) }
    }

    /// The root of the repository, four levels above this file.
    private static var repository: String {
        var parts = #filePath.split(separator: "/")
        parts.removeLast(4)
        return "/" + parts.joined(separator: "/")
    }

    /// The path of a file of the repository.
    static func repositoryFile(_ path: String) -> String {
        "\(repository)/\(path)"
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

    /// Runs only with the built program.
    static var needsGrantor: Self {
        .enabled(if: Tool.grantor.isExpected, "grantor is not built; swift build does it")
    }

    /// Runs only with Glewlwyd, which needs to be installed by an administrator.
    static var needsGlewlwyd: Self {
        .enabled(if: Tool.glewlwyd.isExpected, "glewlwyd is not installed; dev/setup.sh installs it, as root")
    }

    /// Runs only with Python and the packages of dev/requirements.txt.
    static var needsPython: Self {
        .enabled(if: Tool.python.isExpected, "there is no .dev/venv; dev/setup.sh makes it")
    }

    /// Runs only with Prometheus.
    static var needsPrometheus: Self {
        .enabled(if: Tool.prometheus.isExpected, "Prometheus is not there; dev/setup.sh unpacks it")
    }

    /// Runs only where this process may make a mount namespace and change its root: as root, with what that is worth.
    static var needsNamespaces: Self {
        .enabled("needs root that may mount: not this user, or not in this container") {
            let command = Command(path: "/usr/bin/unshare", arguments: ["--mount", "mount", "--bind", "/tmp", "/tmp"])
            return (try? await command.run().status) == 0
        }
    }

    /// Runs only with a kubectl of at least that minor version.
    static func needsKubectl(minor: Int, _ reason: Comment) -> Self {
        .enabled("\(reason)") { try await KubectlVersion.current.map { $0.minor >= minor } ?? Tool.kubectl.isExpected }
    }
}
