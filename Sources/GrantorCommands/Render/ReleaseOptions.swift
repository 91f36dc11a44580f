// Grantor
// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Rendering

/// What Helm's command line says of a release.
struct ReleaseOptions: ParsableArguments {
    @Option(help: ArgumentHelp("The name of the Helm release.", valueName: "name"))
    var release: String = "influxdb"

    @Option(name: [.short, .long], help: ArgumentHelp("The namespace of the Helm release.", valueName: "namespace"))
    var namespace: String = "default"
}

extension ReleaseOptions {
    /// The release.
    var chartRelease: ChartRelease { ChartRelease(name: release, namespace: namespace) }
}
