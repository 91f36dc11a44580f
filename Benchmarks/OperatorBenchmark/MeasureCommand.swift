// Grantor
// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import FoundationEssentials
import KubeCore

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// Runs the scenarios and prints the figures.
struct MeasureCommand: AsyncParsableCommand {
    /// A group of figures that can be asked for alone.
    enum Scenario: String, CaseIterable, ExpressibleByArgument {
        /// The size of the binary.
        case binary
        /// JSON, store and queue.
        case parts
        /// An operator with nothing to look after.
        case idle
        /// From start to the first Ready.
        case start
        /// A fleet from cold, restarted, and while it changes.
        case fleet
        /// A fleet ten times as large.
        case large
        /// The API server alone.
        case server
        /// Commands that need no cluster.
        case commands
    }

    static let configuration = CommandConfiguration(commandName: "measure", abstract: "Run the scenarios.")

    @Option(help: "The grantor binary to measure; an optimised one.")
    var binary: String

    @Option(
        help: """
            An API server to measure against, with the CRDs of `grantor crds --with-appinstance`; what Grantor manages \
            in it is deleted. A development server for each measurement when none is given.
            """
    )
    var kubeconfig: String?

    @Option(help: "The committed thresholds.")
    var thresholds = "Benchmarks/thresholds.json"

    @Option(help: "A group of figures; repeat for several. All when none is given.")
    var only: [Scenario] = []

    @Option(help: "How many AppInstances the fleet has; the large one has ten times as many.")
    var instances = 1_000

    @Option(help: "How often the cold start is measured.")
    var rounds = 3

    @Option(help: "Where to write the figures as JSON too.")
    var json: String?

    @Flag(help: "Keep kubeconfigs and logs.")
    var keep = false

    func run() async throws {
        let thresholds = try Thresholds(file: thresholds)
        let directory = FileManager.default.temporaryDirectory.path + "/grantor-bench-\(getpid())"
        try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
        defer { if !keep { try? FileManager.default.removeItem(atPath: directory) } }

        let provider = try Child(
            try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe"),
            ["provider", "--out", "\(directory)/keys-url"],
            log: "\(directory)/provider.log"
        )
        var figures: [Figure] = []
        do {
            let site = World.Site(
                binary: binary,
                directory: directory,
                keysURL: try await Self.content(of: "\(directory)/keys-url"),
                kubeconfig: kubeconfig
            )
            // The others measure a server of ours, or need one that is new each time.
            let scenarios = kubeconfig == nil ? Scenario.allCases : [.fleet]
            for scenario in only.isEmpty ? scenarios : only {
                Self.tell("bench: \(scenario.rawValue)")
                let result = try await measure(scenario, at: site)
                for figure in result { Self.tell("  \(figure.title): \(figure.value) \(figure.unit)") }
                figures += result
            }
        } catch {
            await provider.stop()
            if keep { Self.tell("bench: the logs are in \(directory)") }
            throw error
        }
        await provider.stop()

        let report = Report(figures: figures, thresholds: thresholds)
        print(report.table)
        if let json { try Data(report.json.jsonBytes).write(to: URL(filePath: json)) }
        if !report.missed.isEmpty {
            Self.tell("bench: missed: \(report.missed.map(\.id).joined(separator: ", "))")
            throw ExitCode.failure
        }
    }

    private func measure(_ scenario: Scenario, at site: World.Site) async throws -> [Figure] {
        switch scenario {
        case .binary: try [Self.size(of: binary)]
        case .parts: try await PartsScenario(count: 10_000).run()
        case .idle: try await IdleScenario(site: site, observation: .seconds(20)).run()
        case .start: try await FirstReadyScenario(site: site, rounds: 7).run()
        case .fleet: try await FleetScenario(site: site, count: instances, rounds: rounds, changes: 400).run()
        case .large: try await LargeFleetScenario(site: site, count: instances * 10).run()
        case .server: try await ServerScenario(site: site, objects: 20_000, watchers: 500).run()
        case .commands: try CommandScenario(binary: binary, directory: site.directory, rounds: 21).run()
        }
    }

    private static func size(of path: String) throws -> Figure {
        let attributes = try FileManager.default.attributesOfItem(atPath: path)
        let bytes = (attributes[.size] as? UInt64).map { Double($0) } ?? .nan
        return Figure(id: "binary.size", title: "size of the binary", value: bytes / 1e6, unit: "MB")
    }

    private static func content(of path: String) async throws -> String {
        for _ in 0..<3_000 {
            if let data = FileManager.default.contents(atPath: path), !data.isEmpty {
                return String(decoding: data, as: UTF8.self)
            }
            try await Task.sleep(for: .milliseconds(10))
        }
        throw Child.Failure(description: "cannot go on: the identity provider did not start within 30 s")
    }

    private static func tell(_ line: String) {
        let bytes = Array((line + "\n").utf8)
        _ = write(STDERR_FILENO, bytes, bytes.count)
    }
}
