// Grantor
// SPDX-License-Identifier: Apache-2.0

public import AdminAPI
public import ArgumentParser
import KubeCore
import YAMLSource

/// `grantor admission policy`: prints ValidatingAdmissionPolicies and their bindings, as `kubectl apply -f -` takes them.
struct AdmissionPolicyCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "policy",
        abstract: "Print policies that check the admin block of AppInstances.",
        discussion: """
            Two ValidatingAdmissionPolicies (Kubernetes 1.30 or later) and their bindings: one for what the rules call an \
            error, one for what they warn about, which refuses nothing. They say what grantor validate says, as far as CEL \
            can. An AppInstance whose admin block does not change is left alone.

            EXAMPLES
              grantor admission policy | kubectl apply -f -
              grantor admission policy --action warn --namespace influxdb | kubectl apply -f -
            """
    )

    @Option(
        help: ArgumentHelp(
            "What becomes of an AppInstance with an error: deny, warn (whoever sent it), audit (in the audit log).",
            valueName: "action"
        )
    )
    var action: AdmissionPolicy.Action = .deny

    @Option(help: ArgumentHelp("What the names of the policies begin with.", valueName: "prefix"))
    var name = "grantor"

    @Option(
        name: [.short, .long],
        help: ArgumentHelp(
            "A namespace that is checked; repeat for several. All when none is given.",
            valueName: "namespace"
        )
    )
    var namespace: [String] = []

    @Option(
        name: [.customShort("l"), .long],
        help: ArgumentHelp(
            "Labels of the AppInstances that are checked, as in team=a; all when none is given.",
            valueName: "selector"
        ),
        transform: Self.readSelector
    )
    var selector = LabelSelector()

    @Option(help: "The DNS domain of the cluster; its services may be reached by plain http.")
    var clusterDomain = "cluster.local"

    func validate() throws {
        // <prefix>-admin-warnings must be a DNS subdomain.
        let isName = name.utf8.allSatisfy { byte in
            (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte)
                || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) || byte == UInt8(ascii: "-")
        }
        guard isName, let first = name.utf8.first, first != UInt8(ascii: "-"), name.utf8.count <= 200 else {
            throw ValidationError("--name must hold lower-case letters, digits and '-', and not begin with '-'.")
        }
    }

    func run() throws {
        try StandardStream.output.write(text)
    }

    /// The policies and bindings as YAML documents.
    var text: String {
        let policy = AdmissionPolicy(
            action: action,
            namePrefix: name,
            namespaces: namespace,
            selector: selector,
            clusterDomain: clusterDomain
        )
        return YAMLWriter.text(documents: policy.objects)
    }

    private static func readSelector(_ text: String) throws -> LabelSelector {
        let selector = try SelectorArgument.read(text)
        let comparesNumbers = selector.requirements.contains { requirement in
            switch requirement {
            case .isGreater, .isLess: true
            default: false
            }
        }
        guard !comparesNumbers else { throw ValidationError("--selector: a policy cannot compare numbers.") }
        return selector
    }
}

extension AdmissionPolicy.Action: ExpressibleByArgument {}
