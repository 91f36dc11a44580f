// Grantor
// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import KubeCore
import Rendering
import YAMLSource

/// `grantor render appinstance`: the AppInstance that the Helm chart would make of values.
struct RenderAppInstanceCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "appinstance",
        abstract: "Print the AppInstance that the chart influxdb3-clustered would make of values.",
        discussion: """
            The chart's defaults are in it, as Helm would have them. Several files are merged in their order: maps \
            deep, lists replaced, null removes. With kubitSingleNamespace it is the ConfigMap app-instance.

            EXAMPLES
              grantor render appinstance -f values.yaml
              grantor render appinstance -f values.yaml -f prod.yaml --set image.tag=20260421-2022186
              grantor render appinstance -f values.yaml | kubectl diff -f -

            EXIT STATUS
              0 when it is printed, 1 when the chart would refuse the values, 2 when a file cannot be read.
            """
    )

    @Option(
        name: [.short, .customLong("file")],
        help: ArgumentHelp("A values file, - for standard input; repeatable, the last wins.", valueName: "file")
    )
    var files: [String] = []

    @OptionGroup var settings: ChartSettings

    @OptionGroup var release: ReleaseOptions

    @Option(name: [.short, .customLong("output-file")], help: ArgumentHelp("Write into a file.", valueName: "file"))
    var output: String?

    func validate() throws {
        if files.isEmpty, settings.isEmpty { throw ValidationError("give at least one values file with -f") }
    }

    func run() async throws {
        try await failingPlainly {
            let rendered = try await RenderFailure.explaining {
                let values = try settings.applied(to: try ValuesFiles.merged(files))
                return try AppInstanceFromValues.render(values, release: release.chartRelease)
            }
            for warning in rendered.warnings { try StandardStream.error.write("warning: \(warning)\n") }
            try OutputFile.write(YAMLWriter.bytes(rendered.document), to: output)
        }
    }
}
