// Grantor
// SPDX-License-Identifier: Apache-2.0

/// A command that hands out credentials (`users[].user.exec` of a kubeconfig, `client.authentication.k8s.io`).
public struct ExecPlugin: Sendable {
    /// The versions of the protocol.
    public enum Version: String, CaseIterable, Sendable {
        /// `client.authentication.k8s.io/v1`.
        case v1 = "client.authentication.k8s.io/v1"
        /// `client.authentication.k8s.io/v1beta1`.
        case v1beta1 = "client.authentication.k8s.io/v1beta1"
    }

    /// Whether the plugin talks with a person through standard input.
    public enum InteractiveMode: String, CaseIterable, Sendable {
        /// It never does.
        case never = "Never"
        /// It does when standard input is a terminal.
        case ifAvailable = "IfAvailable"
        /// It cannot work without.
        case always = "Always"
    }

    /// What a plugin is told about the cluster (`spec.cluster` of `ExecCredential`), when it asks for it.
    public struct ClusterInfo: Sendable {
        /// The address.
        public var server: String
        /// The name that the server's certificate must carry.
        public var tlsServerName: String?
        /// Whether any server certificate is accepted.
        public var skipsTLSVerification: Bool
        /// The trusted certificates, PEM.
        public var certificateAuthority: KubeConfiguration.Source?
        /// The proxy.
        public var proxyURL: Secret?
        /// The cluster's extension `client.authentication.k8s.io/exec` as JSON text.
        public var config: String?
    }

    /// The command: a name to look up in `PATH`, or a path.
    public var command: String
    /// Its arguments.
    public var arguments: [String]
    /// Environment variables that are added, in order.
    public var environment: [(name: String, value: Secret)]
    /// The version of the protocol.
    public var version: Version
    /// Whether the plugin talks with a person.
    public var interactiveMode: InteractiveMode
    /// What to tell people when the command is missing.
    public var installHint: String?
    /// The cluster, when the plugin wants to know it.
    public var cluster: ClusterInfo?

    /// Creates a plugin.
    public init(
        command: String,
        arguments: [String] = [],
        environment: [(name: String, value: Secret)] = [],
        version: Version = .v1,
        interactiveMode: InteractiveMode = .never,
        installHint: String? = nil,
        cluster: ClusterInfo? = nil
    ) {
        self.command = command
        self.arguments = arguments
        self.environment = environment
        self.version = version
        self.interactiveMode = interactiveMode
        self.installHint = installHint
        self.cluster = cluster
    }
}
