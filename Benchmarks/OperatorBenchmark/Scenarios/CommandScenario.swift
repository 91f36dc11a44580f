// Grantor
// SPDX-License-Identifier: Apache-2.0

/// From the start of a command that needs no cluster to its end, the work on a small file included.
struct CommandScenario {
    /// The program.
    let binary: String
    /// Where its output goes.
    let directory: String
    /// How often.
    let rounds: Int

    private static let commands: [(id: String, words: [String])] = [
        ("version", ["--version"]),
        ("validate", ["validate", "deploy/samples/keycloak.yaml"]),
        (
            "influxctl",
            ["render", "influxctl", "-f", "deploy/samples/keycloak.yaml", "--client-id", "x", "--offline"]
        ),
        ("completion", ["completion", "bash"]),
    ]

    /// Measures the medians.
    ///
    /// - Throws: `Child.Failure` when a command fails.
    func run() throws -> [Figure] {
        try Self.commands.map { id, words in
            var times: [Double] = []
            for _ in 0..<rounds {
                let child = try Child(binary, words, log: "\(directory)/command.log")
                let status = child.wait()
                times.append((ContinuousClock.now - child.started).milliseconds)
                guard status == 0 else {
                    throw Child.Failure(description: "cannot measure \(words.joined(separator: " ")): status \(status)")
                }
            }
            let title = "grantor \(words.prefix(2).joined(separator: " ")), p50"
            return Figure(id: "commands.\(id)", title: title, value: Distribution(times).median, unit: "ms")
        }
    }
}
