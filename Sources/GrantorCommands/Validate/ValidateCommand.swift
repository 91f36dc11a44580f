// Grantor
// SPDX-License-Identifier: Apache-2.0

import AdminAPI
import ArgumentParser
import KubeCore
import YAMLSource

/// `grantor validate`: the rules of the `admin` block, offline on files, and on objects of a cluster.
struct ValidateCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "validate",
        abstract: "Check the admin block of AppInstances and of the Helm chart's values files.",
        discussion: """
            Reads YAML or JSON with any number of documents: AppInstances, lists of them, kubit's ConfigMap \
            app-instance, and values files. Other documents are skipped. Of a directory, all files *.yaml, *.yml and \
            *.json are read, but not those of directories in it.

            EXAMPLES
              grantor validate appinstance.yaml
              helm template db influxdata/influxdb3-clustered -f values.yaml | grantor validate -
              grantor validate values.yaml --overlay values-prod.yaml
              grantor validate clusters/prod -o github
              grantor validate -n influxdb influxdb

            EXIT STATUS
              0 without errors (there may be warnings), 1 with errors, 2 when a file or an object cannot be read.
            """
    )

    @Argument(
        help: ArgumentHelp(
            "The files and directories; - is standard input. With -n, names of AppInstances.",
            valueName: "file|name"
        ),
        completion: .file(extensions: ["yaml", "yml", "json"])
    )
    var files: [String]

    @Option(
        name: [.short, .customLong("namespace")],
        help: ArgumentHelp("Check AppInstances of this namespace in the cluster.", valueName: "namespace")
    )
    var namespace: String?

    @OptionGroup var cluster: ClusterOptions

    @Option(
        help: ArgumentHelp(
            "A values file that Helm is given after each values file among the others; repeatable.",
            valueName: "file"
        )
    )
    var overlay: [String] = []

    @Option(
        name: [.short, .customLong("output")],
        help: ArgumentHelp("How to print findings.", valueName: "format")
    )
    var output: FindingFormat = .text

    func run() async throws {
        let sources = LiveSources.sources(files, namespace: namespace)
        let live = try await LiveSources.read(sources, cluster, withBundles: true)
        let outcome = Self.validate(Directory.expand(sources.map(\.argument)), overlays: overlay) {
            path throws(FileError) in
            if let object = live[path] { return try object.get() }
            return try InputFile.read(path, limit: YAMLSource.Limits().bytes)
        }.withoutPlaces(in: Set(live.keys))
        if output == .text {
            try StandardStream.error.write(outcome.notes.map { $0 + "\n" }.joined())
        }
        try StandardStream.output.write(output.render(outcome.findings))
        if output == .text {
            try StandardStream.error.write(outcome.summary + "\n")
        }
        if outcome.exitCode != 0 { throw ExitCode(outcome.exitCode) }
    }

    /// What a run comes to.
    struct Outcome {
        /// The findings, file by file in the order named.
        var findings: [FileFinding] = []
        /// What was left out and why.
        var notes: [String] = []
        /// The number of files.
        var fileCount = 0
        /// Whether some file could not be read.
        var hasUnreadable = false

        /// The same, where what was found in objects of a cluster has no line and column.
        func withoutPlaces(in names: Set<String>) -> Outcome {
            if names.isEmpty { return self }
            var copy = self
            copy.findings = findings.map { names.contains($0.file) ? $0.withoutPlace : $0 }
            // The ConfigMap was read along for the certification authorities in it; nobody named it.
            copy.notes.removeAll { note in
                note.contains(": note: skipped ConfigMap ") && names.contains { note.hasPrefix("\($0):") }
            }
            return copy
        }

        /// 0 without errors, 1 with, 2 when a file or an object cannot be read.
        var exitCode: Int32 {
            if hasUnreadable { return 2 }
            return findings.contains { $0.level == .error } ? 1 : 0
        }

        /// One line for people.
        var summary: String {
            let errors = findings.count { $0.level == .error }
            let warnings = findings.count - errors
            let files = fileCount == 1 ? "1 file" : "\(fileCount) files"
            if findings.isEmpty { return "\(files) checked: no problems" }
            let errorWord = errors == 1 ? "error" : "errors"
            let warningWord = warnings == 1 ? "warning" : "warnings"
            return "\(files) checked: \(errors) \(errorWord), \(warnings) \(warningWord)"
        }
    }

    /// Validates files, read one by one.
    static func validate(
        _ paths: [String],
        overlays: [String] = [],
        read: (String) throws(FileError) -> [UInt8]
    ) -> Outcome {
        var outcome = Outcome(fileCount: paths.count + overlays.count)
        var texts: [(name: String, text: [UInt8])] = []
        var overlayTexts: [(name: String, text: [UInt8])] = []
        var unreadable: [Int: FileFinding] = [:]
        for (index, path) in (paths + overlays).enumerated() {
            let name = path == "-" ? "<stdin>" : path
            do throws(FileError) {
                let text = try read(path)
                if index < paths.count { texts.append((name, text)) } else { overlayTexts.append((name, text)) }
            } catch {
                unreadable[index] = FileFinding(
                    file: name,
                    mark: Mark(line: 1, column: 1),
                    level: .error,
                    message: error.description
                )
                outcome.hasUnreadable = true
            }
        }
        var reports = FileValidator.validate(texts, overlays: overlayTexts).makeIterator()
        for index in paths.indices {
            if let finding = unreadable[index] {
                outcome.findings.append(finding)
            } else if let report = reports.next() {
                outcome.findings += report.findings
                outcome.notes += report.notes
                outcome.hasUnreadable = outcome.hasUnreadable || report.isUnreadable
            }
        }
        for index in paths.count..<paths.count + overlays.count {
            if let finding = unreadable[index] { outcome.findings.append(finding) }
        }
        // Behind the reports of files come those of overlays that are not YAML.
        while let report = reports.next() {
            outcome.findings += report.findings
            outcome.hasUnreadable = outcome.hasUnreadable || report.isUnreadable
        }
        return outcome
    }
}
