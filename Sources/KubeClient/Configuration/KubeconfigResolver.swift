// Grantor
// SPDX-License-Identifier: Apache-2.0

import FoundationEssentials
import KubeCore

/// Turns one context of a kubeconfig into the configuration of a client, by the rules of client-go's `clientcmd`.
struct KubeconfigResolver {
    private let kubeconfig: Kubeconfig
    private let contextName: String
    private let cluster: Kubeconfig.Entry
    private let user: Kubeconfig.Entry?
    private let namespace: String
    private let origin: String

    /// Finds the context, its cluster and its user.
    ///
    /// - Parameters:
    ///   - kubeconfig: What the files say.
    ///   - context: The context to use instead of the current one.
    /// - Throws: `KubeError` with code `InvalidConfiguration` that names what is missing.
    init(_ kubeconfig: Kubeconfig, context: String?) throws(KubeError) {
        self.kubeconfig = kubeconfig
        let files = kubeconfig.files.joined(separator: ", ")
        func failure(_ detail: String) -> KubeError {
            KubeError(.invalidConfiguration, "cannot use the kubeconfig \(files): \(detail)")
        }
        let known = kubeconfig.contexts.keys.sorted().joined(separator: ", ")
        guard let name = context ?? kubeconfig.currentContext?.name else {
            throw failure(
                known.isEmpty
                    ? "there is no context in it" : "no current-context is set; choose one with --context: \(known)"
            )
        }
        guard let entry = kubeconfig.contexts[name] else {
            throw failure("there is no context \"\(name)\"; there is: \(known.isEmpty ? "none" : known)")
        }
        contextName = name
        let fields = Fields(entry: entry, label: "context \"\(name)\" of \(entry.file)")
        guard let clusterName = try fields.string("cluster") else {
            throw failure("context \"\(name)\" has no cluster")
        }
        guard let cluster = kubeconfig.clusters[clusterName] else {
            throw failure("context \"\(name)\" speaks of cluster \"\(clusterName)\", which there is not")
        }
        self.cluster = cluster
        let userName = try fields.string("user")
        if let userName {
            guard let user = kubeconfig.users[userName] else {
                throw failure("context \"\(name)\" speaks of user \"\(userName)\", which there is not")
            }
            self.user = user
        } else {
            user = nil
        }
        namespace = try fields.string("namespace") ?? "default"
        let who = userName.map { "user \"\($0)\", " } ?? ""
        origin = "context \"\(name)\" (\(who)cluster \"\(clusterName)\") of \(entry.file)"
    }

    /// The configuration of the context.
    ///
    /// - Throws: `KubeError` with code `InvalidConfiguration`.
    func configuration(userAgent: String) throws(KubeError) -> KubeConfiguration {
        let fields = Fields(entry: cluster, label: origin)
        guard let server = try fields.string("server") else {
            throw KubeError(.invalidConfiguration, "cannot use \(origin): the cluster has no server")
        }
        var configuration = KubeConfiguration(
            server: server,
            namespace: namespace,
            userAgent: userAgent,
            origin: origin
        )
        configuration.certificateAuthority = try fields.source("certificate-authority")
        configuration.skipsTLSVerification = try fields.bool("insecure-skip-tls-verify")
        configuration.tlsServerName = try fields.string("tls-server-name")
        configuration.proxyURL = try fields.string("proxy-url").map { Secret($0) }
        if configuration.skipsTLSVerification, configuration.certificateAuthority != nil {
            throw KubeError(
                .invalidConfiguration,
                "cannot use \(origin): certificate-authority and insecure-skip-tls-verify exclude each other"
            )
        }
        if let user { try authenticate(&configuration, as: Fields(entry: user, label: origin)) }
        return withoutCredentialsInTheClear(configuration)
    }

    /// client-go sends credentials over TLS only (clientcmd/client_config.go, `IsConfigTransportTLS`).
    private func withoutCredentialsInTheClear(_ configuration: KubeConfiguration) -> KubeConfiguration {
        guard let address = ServerAddress(configuration.server, prefersTLS: configuration.prefersTLS),
            !address.isSecure
        else { return configuration }
        var configuration = configuration
        if configuration.hasCredentials {
            configuration.warnings.append(
                "credentials are left out, because the server of \(origin) is reached without TLS"
            )
        }
        configuration.authorization = .none
        configuration.clientCertificate = nil
        configuration.impersonation = nil
        return configuration
    }

    private func authenticate(_ configuration: inout KubeConfiguration, as fields: Fields) throws(KubeError) {
        func failure(_ detail: String) -> KubeError {
            KubeError(.invalidConfiguration, "cannot use \(origin): \(detail)")
        }
        let certificate = try fields.source("client-certificate")
        let key = try fields.source("client-key")
        switch (certificate, key) {
        case (nil, nil): break
        case (let certificate?, let key?):
            configuration.clientCertificate = .init(certificate: certificate, key: key)
        case (_?, nil): throw failure("client-certificate is set, but neither client-key nor client-key-data")
        case (nil, _?): throw failure("client-key is set, but neither client-certificate nor client-certificate-data")
        }
        let token = try fields.string("token").map { Secret($0) }
        let tokenFile = try fields.string("tokenFile").map { fields.entry.resolve($0) }
        let username = try fields.string("username")
        let password = try fields.string("password")
        let exec = try fields.object("exec")
        if try fields.object("auth-provider") != nil {
            throw failure("auth-provider is no longer supported anywhere; use an exec credential plugin instead")
        }
        let isBasic = username != nil || password != nil
        if isBasic, token != nil || tokenFile != nil { throw failure("there are both a token and a password") }
        if let tokenFile {
            configuration.authorization = .tokenFile(tokenFile, fallback: token)
        } else if let token {
            configuration.authorization = .token(token)
        } else if isBasic {
            configuration.authorization = .basic(username: username ?? "", password: Secret(password ?? ""))
        } else if let exec {
            configuration.authorization = .exec(try plugin(exec, fields: fields, configuration: configuration))
        }
        configuration.impersonation = try impersonation(fields)
    }

    private func impersonation(_ fields: Fields) throws(KubeError) -> KubeConfiguration.Impersonation? {
        let uid = try fields.string("as-uid")
        let groups = try fields.strings("as-groups")
        var extra: [String: [String]] = [:]
        if let object = try fields.object("as-user-extra") {
            for name in object.names {
                extra[name] = try Fields(entry: .init(fields: object, file: ""), label: origin).strings(name)
            }
        }
        guard let user = try fields.string("as") else {
            guard uid == nil, groups.isEmpty, extra.isEmpty else {
                throw KubeError(
                    .invalidConfiguration,
                    "cannot use \(origin): as-uid, as-groups and as-user-extra need as"
                )
            }
            return nil
        }
        return .init(user: user, uid: uid, groups: groups, extra: extra)
    }

    private func plugin(
        _ object: JSONObject,
        fields: Fields,
        configuration: KubeConfiguration
    ) throws(KubeError) -> ExecPlugin {
        let exec = Fields(entry: .init(fields: object, file: fields.entry.file), label: "exec of \(origin)")
        func failure(_ detail: String) -> KubeError {
            KubeError(.invalidConfiguration, "cannot use exec of \(origin): \(detail)")
        }
        guard let command = try exec.string("command") else { throw failure("it has no command") }
        guard let version = try exec.string("apiVersion") else { throw failure("it has no apiVersion") }
        guard let version = ExecPlugin.Version(rawValue: version) else {
            let known = ExecPlugin.Version.allCases.map(\.rawValue).joined(separator: ", ")
            throw failure("its apiVersion is not among \(known)")
        }
        let mode: ExecPlugin.InteractiveMode
        switch (try exec.string("interactiveMode"), version) {
        case (nil, .v1): throw failure("it has no interactiveMode, which v1 asks for")
        case (nil, .v1beta1): mode = .ifAvailable
        case (let text?, _):
            guard let known = ExecPlugin.InteractiveMode(rawValue: text) else {
                throw failure("its interactiveMode is not Never, IfAvailable or Always")
            }
            mode = known
        }
        var environment: [(name: String, value: Secret)] = []
        for element in try exec.array("env") {
            guard let name = element["name"]?.string, !name.isEmpty, let value = element["value"]?.string else {
                throw failure("each env must have a name and a value, both strings")
            }
            environment.append((name, Secret(value)))
        }
        // A path counts from the file it stands in; a bare name is looked up in PATH.
        let isPath = command.contains("/")
        return ExecPlugin(
            command: isPath ? exec.entry.resolve(command) : command,
            arguments: try exec.strings("args"),
            environment: environment,
            version: version,
            interactiveMode: mode,
            installHint: try exec.string("installHint"),
            cluster: try exec.bool("provideClusterInfo") ? clusterInfo(configuration) : nil
        )
    }

    private func clusterInfo(_ configuration: KubeConfiguration) -> ExecPlugin.ClusterInfo {
        var config: String?
        for element in cluster.fields["extensions"]?.array ?? []
        where element["name"]?.string == "client.authentication.k8s.io/exec" {
            config = element["extension"]?.jsonText
        }
        return ExecPlugin.ClusterInfo(
            server: configuration.server,
            tlsServerName: configuration.tlsServerName,
            skipsTLSVerification: configuration.skipsTLSVerification,
            certificateAuthority: configuration.certificateAuthority,
            proxyURL: configuration.proxyURL,
            config: config
        )
    }
}
