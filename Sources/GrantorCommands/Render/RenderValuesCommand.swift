// Grantor
// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import KubeCore
import Rendering
import YAMLSource

/// `grantor render values`: values with which the Helm chart renders a given AppInstance.
struct RenderValuesCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "values",
        abstract: "Print values.yaml with which the chart influxdb3-clustered renders an AppInstance.",
        discussion: """
            For adopting an AppInstance into Helm. The result is rendered back and compared before it is printed; what \
            the chart cannot express is an error that names the field. Values that equal the chart's defaults are left \
            out.

            With --merge, a values file of yours is changed where it must be, and stays as it is everywhere else.

            EXAMPLES
              grantor render values -f appinstance.yaml -o values.yaml
              grantor render values -n influxdb influxdb > values.yaml
              grantor render values -f appinstance.yaml --merge values.yaml --in-place
              grantor render values -f appinstance.yaml --admin-only > admins.yaml

            EXIT STATUS
              0 when it is printed, 1 when the chart cannot express the AppInstance, 2 when a file cannot be read or \
            written.
            """
    )

    @OptionGroup var instance: InstanceOptions

    @Option(name: [.short, .customLong("output-file")], help: ArgumentHelp("Write into a file.", valueName: "file"))
    var output: String?

    @Flag(help: "Keep values that equal the chart's defaults.")
    var full = false

    @Flag(help: "Render admin and egress alone.")
    var adminOnly = false

    @Option(help: ArgumentHelp("Change this values file where it must be, and print it.", valueName: "file"))
    var merge: String?

    @Flag(help: "Write the changed file to where it came from.")
    var inPlace = false

    @Option(
        help: ArgumentHelp("The name of the Helm release, where nameOverride is not to repeat it.", valueName: "name")
    )
    var release: String?

    @Option(
        help: ArgumentHelp(
            "The release's namespace, where namespaceOverride is not to repeat it.",
            valueName: "namespace"
        )
    )
    var releaseNamespace: String?

    func validate() throws {
        if inPlace, merge == nil { throw ValidationError("--in-place goes with --merge") }
        if inPlace, merge == "-" { throw ValidationError("--in-place needs a file, not standard input") }
        if inPlace, output != nil { throw ValidationError("give either --in-place or -o") }
        if full, merge != nil { throw ValidationError("give either --full or --merge") }
    }

    func run() async throws {
        try await failingPlainly {
            try await RenderFailure.explaining {
                if let merge { try await change(merge) } else { try await create() }
            }
        }
    }

    private var renderer: ValuesFromAppInstance {
        var renderer = ValuesFromAppInstance()
        renderer.releaseName = release
        renderer.releaseNamespace = releaseNamespace
        renderer.isAdminOnly = adminOnly
        renderer.isFull = full
        return renderer
    }

    private func create() async throws {
        let outcome = try outcome(for: try await instance.read(), over: nil)
        try OutputFile.write(YAMLWriter.bytes(.object(outcome.values)), to: output)
    }

    private func change(_ path: String) async throws {
        let document = try await instance.read()
        let file = inPlace ? try EditedFile(path, limit: LoadedDocument.limits.bytes) : nil
        let bytes = try file?.bytes ?? InputFile.read(path, limit: LoadedDocument.limits.bytes)
        let name = path == "-" ? "<stdin>" : path
        let (merged, notes) = try ValuesMerge.merged(bytes, name: name) { values in
            try outcome(for: document, over: values).values
        }
        for note in notes { try StandardStream.error.write("\(name):\(note.mark): note: \(note.message)\n") }
        if let file {
            try file.replace(with: merged)
        } else {
            try OutputFile.write(merged, to: output)
        }
    }

    private func outcome(
        for document: LoadedDocument,
        over values: JSONObject?
    ) throws -> ValuesFromAppInstance.Outcome {
        let outcome: ValuesFromAppInstance.Outcome
        switch document.content {
        case .instance(let value):
            outcome = try renderer.values(for: value, over: values)
        case .singleNamespace(let value):
            outcome = try renderer.values(for: value, isSingleNamespace: true, over: values)
        case .values:
            throw DocumentError(document.name, "is no AppInstance")
        }
        for note in outcome.notes { try StandardStream.error.write("note: \(note)\n") }
        return outcome
    }
}
