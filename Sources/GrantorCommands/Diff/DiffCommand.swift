// Grantor
// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import KubeClient
import KubeCore
import Rendering

/// `grantor diff`: what two documents that speak of an AppInstance mean differently, those with access first.
struct DiffCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "diff",
        abstract: "Compare AppInstances, wherever they stand: who gains access, who loses it, what else differs.",
        discussion: """
            A and B are files with an AppInstance, values files of the Helm chart, or live:NAMESPACE/NAME for an \
            AppInstance in the cluster; a file - is standard input. Values are compared as the AppInstance that the \
            chart makes of them; several files as Helm merges them stand between commas: values.yaml,prod.yaml.

            EXAMPLES
              grantor diff appinstance.yaml values.yaml
              grantor diff live:influxdb/influxdb values.yaml,prod.yaml
              git show HEAD:values.yaml | grantor diff - values.yaml

            EXIT STATUS
              0 when both mean the same, 1 when they differ, 2 when one of them cannot be read or rendered.
            """
    )

    @Argument(help: ArgumentHelp("The first document.", valueName: "a"))
    var first: DocumentSource

    @Argument(help: ArgumentHelp("The second document.", valueName: "b"))
    var second: DocumentSource

    @Flag(help: "Compare admin and egress alone; values then need nothing else.")
    var adminOnly = false

    @Option(
        name: [.short, .customLong("output")],
        help: ArgumentHelp("How to print differences: text or json.", valueName: "format")
    )
    var output: ComparisonFormat = .text

    @Option(help: ArgumentHelp("auto, always or never; never with NO_COLOR.", valueName: "when"))
    var color: ColorMoment = .auto

    @Option(help: ArgumentHelp("The name of the Helm release of values; that of the other side if there is one."))
    var release: String?

    @Option(
        name: [.short, .long],
        help: ArgumentHelp("The namespace of the Helm release of values; that of the other side if there is one.")
    )
    var namespace: String?

    @OptionGroup var cluster: ClusterOptions

    func validate() throws {
        if first == .file("-"), second == .file("-") { throw ValidationError("standard input can be one of both only") }
    }

    func run() async throws {
        let comparison: InstanceComparison
        do {
            comparison = try await compare()
        } catch let error as KubeError {
            try Self.end(error.message)
        } catch let error as ChartError {
            try Self.end(error.description)
        } catch let error as DocumentError {
            try Self.end(error.description)
        } catch let error as FileError {
            try Self.end(error.description)
        }
        let names = (first.name, second.name)
        let style = TerminalStyle(color.choice, for: .output)
        do throws(FileError) {
            try StandardStream.output.write(output.text(of: comparison, names: names, style: style))
        } catch {
            try Self.end(error.description)
        }
        if !comparison.isSame { throw ExitCode(1) }
    }

    private static func end(_ message: String) throws -> Never {
        try StandardStream.error.write("grantor: \(message)\n")
        throw ExitCode(2)
    }

    // MARK: - Reading both

    private func compare() async throws -> InstanceComparison {
        let before = try await load(first)
        let after = try await load(second)
        let old = try meaning(of: before, beside: after)
        let new = try meaning(of: after, beside: before)
        return InstanceComparison(old, new, isAdminOnly: adminOnly)
    }

    /// Several values files between commas come as one document; a file whose own name has a comma is read as it is.
    private func load(_ source: DocumentSource) async throws -> LoadedDocument {
        guard case .file(let path) = source, path.contains(","), !InputFile.exists(path) else {
            return try await source.read { try await cluster.appInstance($0) }
        }
        let paths = path.split(separator: ",", omittingEmptySubsequences: true).map(String.init)
        return LoadedDocument(name: path, content: .values(try ValuesFiles.merged(paths)))
    }

    private func meaning(of document: LoadedDocument, beside other: LoadedDocument) throws -> JSONValue {
        switch document.content {
        case .instance(let value), .singleNamespace(let value):
            return value
        case .values(let values):
            let metadata = other.instance?["metadata"]
            let chartRelease = ChartRelease(
                name: release ?? metadata?["name"]?.string ?? "influxdb",
                namespace: namespace ?? metadata?["namespace"]?.string ?? "default"
            )
            do throws(ChartError) {
                return try AppInstanceFromValues.render(
                    HelmValues.fromFile(values),
                    release: chartRelease,
                    isAdminOnly: adminOnly
                ).instance
            } catch {
                throw DocumentError(document.name, error.description)
            }
        }
    }
}

/// When the output of `grantor diff` is coloured.
enum ColorMoment: String, CaseIterable, ExpressibleByArgument {
    case auto, always, never

    /// The same for everything that writes to a terminal.
    var choice: ColorChoice {
        switch self {
        case .auto: .auto
        case .always: .always
        case .never: .never
        }
    }
}
