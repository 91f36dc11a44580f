// Grantor
// SPDX-License-Identifier: Apache-2.0

import KubeCore

/// The version of Kubernetes whose API this server speaks.
enum ServerVersion {
    /// The version as OpenAPI documents carry it.
    static let gitVersion = "v1.34.0+grantor"

    /// The answer to `/version`.
    static let json: JSONValue = [
        "major": "1",
        "minor": "34",
        "emulationMajor": "1",
        "emulationMinor": "34",
        "minCompatibilityMajor": "1",
        "minCompatibilityMinor": "33",
        "gitVersion": .string(gitVersion),
        "gitCommit": "",
        "gitTreeState": "clean",
        "buildDate": "1970-01-01T00:00:00Z",
        "goVersion": "",
        "compiler": "swift",
        "platform": .string(platform),
    ]

    private static let platform: String = {
        #if arch(arm64)
        let architecture = "arm64"
        #else
        let architecture = "amd64"
        #endif
        #if os(macOS)
        return "darwin/\(architecture)"
        #else
        return "linux/\(architecture)"
        #endif
    }()
}
