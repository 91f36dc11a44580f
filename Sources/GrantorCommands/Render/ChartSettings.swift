// Grantor
// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import KubeCore
import Rendering

/// Values from the command line, as Helm takes them.
struct ChartSettings: ParsableArguments {
    @Option(
        name: .customLong("set"),
        help: ArgumentHelp(
            "Set values as Helm does: a.b=1,list[0].c=x,many={a,b}, k=null; repeatable.",
            valueName: "key=value"
        )
    )
    var assignments: [String] = []

    @Option(
        name: .customLong("set-string"),
        help: ArgumentHelp("The same, but every value is a string; repeatable.", valueName: "key=value")
    )
    var texts: [String] = []

    /// Whether nothing is set.
    var isEmpty: Bool { assignments.isEmpty && texts.isEmpty }

    /// The values with all that is set, `--set` before `--set-string` as in Helm.
    ///
    /// - Throws: `ChartError` when an expression cannot be read.
    func applied(to values: JSONObject) throws(ChartError) -> JSONObject {
        var values = values
        for expression in assignments { try SetExpression.apply(expression, to: &values) }
        for expression in texts { try SetExpression.apply(expression, to: &values, asText: true) }
        return values
    }
}
