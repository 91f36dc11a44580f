// Grantor
// SPDX-License-Identifier: Apache-2.0

public import ArgumentParser
public import OperatorCore

/// What an operator looks after; the same for the operator and for whoever examines it.
struct ScopeOptions: ParsableArguments {
    @OptionGroup var namespaces: NamespaceOptions

    @Option(
        name: [.customShort("l"), .long],
        help: ArgumentHelp(
            "Labels of the AppInstances that the operator looks after, as in team=a; all when none is given.",
            valueName: "selector"
        )
    )
    var selector = ""

    @Option(
        help: ArgumentHelp(
            """
            The share of the namespaces that the operator looks after, for several operators: 0/3, 1/3 and 2/3 share a \
            cluster.
            """,
            valueName: "i/n"
        )
    )
    var shard: Shard?

    func validate() throws {
        _ = try SelectorArgument.read(selector)
    }

    /// Puts the options into a configuration.
    func apply(to configuration: inout OperatorConfiguration) {
        configuration.namespaces = namespaces.names
        configuration.selector = selector
        configuration.shard = shard
    }
}

extension Shard: ExpressibleByArgument {
    /// Reads a shard as in `0/3`.
    public init?(argument: String) {
        self.init(argument)
    }
}
