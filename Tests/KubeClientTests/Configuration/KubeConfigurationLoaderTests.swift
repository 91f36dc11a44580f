// Grantor
// SPDX-License-Identifier: Apache-2.0

import KubeClient
import Testing

struct KubeConfigurationLoaderTests {
    private static func kubeconfig(
        context: String? = nil,
        clusters: [String: String] = [:],
        users: [String: String] = [:],
        contexts: [String: String] = [:]
    ) -> String {
        func list(_ entries: [String: String], _ member: String) -> String {
            entries.sorted { $0.key < $1.key }
                .map { "- {name: \($0.key), \(member): {\($0.value)}}" }.joined(separator: "\n")
        }
        return """
            apiVersion: v1
            kind: Config
            \(context.map { "current-context: \($0)" } ?? "")
            clusters:
            \(list(clusters, "cluster"))
            users:
            \(list(users, "user"))
            contexts:
            \(list(contexts, "context"))
            """
    }

    private static let simple = kubeconfig(
        context: "dev",
        clusters: ["c": "server: \"https://c:6443\""],
        users: ["u": "token: sesame"],
        contexts: ["dev": "cluster: c, user: u, namespace: team"]
    )

    private static let account = "/var/run/secrets/kubernetes.io/serviceaccount"
    private static let podFiles = [
        "\(account)/token": "t", "\(account)/ca.crt": "PEM", "\(account)/namespace": "team\n",
    ]
    private static let podVariables = ["KUBERNETES_SERVICE_HOST": "10.0.0.1", "KUBERNETES_SERVICE_PORT": "443"]

    private func load(
        _ host: TestHost,
        kubeconfig: String? = nil,
        context: String? = nil
    ) throws(KubeError) -> KubeConfiguration {
        try KubeConfigurationLoader(host: host.environment).load(kubeconfig: kubeconfig, context: context)
    }

    @Test func `the file of the command line is read alone`() throws {
        let other = Self.kubeconfig(
            context: "x",
            clusters: ["c": "server: \"https://other\""],
            contexts: ["x": "cluster: c"]
        )
        let host = TestHost(
            files: ["/work/my.yaml": Self.simple, "/other": other],
            variables: ["KUBECONFIG": "/other", "HOME": "/home/me"]
        )
        let configuration = try load(host, kubeconfig: "my.yaml")
        #expect(configuration.server == "https://c:6443")
        #expect(configuration.namespace == "team")
        #expect(configuration.origin == #"context "dev" (user "u", cluster "c") of /work/my.yaml"#)
        guard case .token(let token) = configuration.authorization else {
            Issue.record("no token")
            return
        }
        #expect(token.reveal() == "sesame")
    }

    @Test func `KUBECONFIG comes before the home directory, and that before the pod`() throws {
        func cluster(_ name: String) -> String {
            Self.kubeconfig(context: "x", clusters: ["c": "server: \"https://\(name)\""], contexts: ["x": "cluster: c"])
        }
        var files = Self.podFiles
        files["/k"] = cluster("env")
        files["/home/me/.kube/config"] = cluster("home")
        var variables = Self.podVariables
        variables["HOME"] = "/home/me"
        variables["KUBECONFIG"] = "/k"
        #expect(try load(TestHost(files: files, variables: variables)).server == "https://env")
        variables["KUBECONFIG"] = nil
        #expect(try load(TestHost(files: files, variables: variables)).server == "https://home")
        files["/home/me/.kube/config"] = nil
        let pod = try load(TestHost(files: files, variables: variables))
        #expect(pod.server == "https://10.0.0.1:443")
        #expect(pod.namespace == "team")
        guard case .tokenFile("\(Self.account)/token", fallback: nil) = pod.authorization,
            case .file("\(Self.account)/ca.crt") = pod.certificateAuthority
        else {
            Issue.record("not the service account: \(pod)")
            return
        }
    }

    @Test func `of several files the first says what an entry is`() throws {
        let first = Self.kubeconfig(
            clusters: ["shared": "server: \"https://first\""],
            users: ["u": "username: first"]
        )
        let second = Self.kubeconfig(
            context: "two",
            clusters: ["shared": "server: \"https://second\", tls-server-name: s", "own": "server: \"https://own\""],
            users: ["u": "token: second, password: p"],
            contexts: ["one": "cluster: shared, user: u", "two": "cluster: own"]
        )
        let third = Self.kubeconfig(context: "one", contexts: ["two": "cluster: shared"])
        let host = TestHost(
            files: ["/1": first, "/2": second, "/3": third],
            variables: ["KUBECONFIG": "/missing:/1:/2::/3:/1"]
        )
        #expect(try load(host).server == "https://own")
        let one = try load(host, context: "one")
        #expect(one.server == "https://first")
        #expect(one.tlsServerName == nil)
        guard case .basic("first", let password) = one.authorization else {
            Issue.record("not the user of the first file: \(one.authorization)")
            return
        }
        #expect(password.isEmpty)
    }

    @Test func `paths count from the file they stand in`() throws {
        let first = Self.kubeconfig(context: "x", contexts: ["x": "cluster: c, user: u"])
        let second = Self.kubeconfig(
            clusters: ["c": "server: \"https://c\", certificate-authority: pki/ca.crt"],
            users: ["u": "client-certificate: /abs/c.crt, client-key: c.key, tokenFile: token"]
        )
        let host = TestHost(files: ["/a/1": first, "/b/2": second], variables: ["KUBECONFIG": "/a/1:/b/2"])
        let configuration = try load(host)
        guard case .file("/b/pki/ca.crt") = configuration.certificateAuthority,
            case .file("/abs/c.crt") = configuration.clientCertificate?.certificate,
            case .file("/b/c.key") = configuration.clientCertificate?.key,
            case .tokenFile("/b/token", fallback: nil) = configuration.authorization
        else {
            Issue.record("paths are \(configuration)")
            return
        }
    }

    struct Broken: Sendable, CustomTestStringConvertible {
        let text: String
        var context: String?
        let needle: String
        var testDescription: String { needle }
    }

    private static func user(_ fields: String, needle: String) -> Broken {
        Broken(
            text: kubeconfig(
                context: "dev",
                clusters: ["c": "server: \"https://c\""],
                users: ["u": fields],
                contexts: ["dev": "cluster: c, user: u"]
            ),
            needle: needle
        )
    }

    private static func cluster(_ fields: String, needle: String) -> Broken {
        Broken(
            text: kubeconfig(context: "dev", clusters: ["c": fields], contexts: ["dev": "cluster: c"]),
            needle: needle
        )
    }

    static let broken: [Broken] = [
        Broken(text: "a: [", needle: "cannot read YAML"),
        Broken(text: "just text", needle: "no mapping"),
        Broken(text: "kind: Pod", needle: "kind is not Config"),
        Broken(text: "apiVersion: v2", needle: "apiVersion is not v1"),
        Broken(text: "clusters: 7", needle: "clusters is no list"),
        Broken(text: "clusters: [{name: a}, {name: a}]", needle: #"names "a" twice"#),
        Broken(text: "clusters: [{name: 7}]", needle: "clusters[0] has no name"),
        Broken(text: "contexts: [{name: a, context: 7}]", needle: "contexts[0].context is no mapping"),
        Broken(text: simple, context: "prod", needle: #"there is no context "prod"; there is: dev"#),
        Broken(text: kubeconfig(contexts: ["a": "cluster: c"]), needle: "choose one with --context: a"),
        Broken(text: kubeconfig(context: "a", contexts: ["a": "cluster: gone"]), needle: #"cluster "gone", which"#),
        Broken(text: kubeconfig(context: "a", contexts: ["a": "user: u"]), needle: "has no cluster"),
        Broken(
            text: kubeconfig(
                context: "a",
                clusters: ["c": "server: \"https://c\""],
                contexts: ["a": "cluster: c, user: gone"]
            ),
            needle: #"user "gone", which"#
        ),
        cluster("tls-server-name: x", needle: "has no server"),
        cluster("server: 7", needle: "server must be a string"),
        cluster("server: \"https://c\", certificate-authority-data: \"***\"", needle: "not base64"),
        cluster("server: \"https://c\", insecure-skip-tls-verify: \"yes\"", needle: "must be true or false"),
        cluster(
            "server: \"https://c\", certificate-authority: a, certificate-authority-data: YQ==",
            needle: "both set"
        ),
        cluster("server: \"https://c\", certificate-authority: a, insecure-skip-tls-verify: true", needle: "exclude"),
        user("token: 7", needle: "token must be a string"),
        user("token: sesame, username: x", needle: "both a token and a password"),
        user("client-certificate: a", needle: "neither client-key"),
        user("client-key: a", needle: "neither client-certificate"),
        user("client-certificate-data: \"%\"", needle: "client-certificate-data is not base64"),
        user("auth-provider: {name: gcp}", needle: "use an exec credential plugin"),
        user("as-groups: [a]", needle: "need as"),
        user("as-groups: [7], as: x", needle: "list of strings"),
        user("exec: {apiVersion: client.authentication.k8s.io/v1}", needle: "no command"),
        user("exec: {command: x}", needle: "no apiVersion"),
        user("exec: {command: x, apiVersion: client.authentication.k8s.io/v1alpha1}", needle: "is not among"),
        user("exec: {command: x, apiVersion: client.authentication.k8s.io/v1}", needle: "no interactiveMode"),
        user(
            "exec: {command: x, apiVersion: client.authentication.k8s.io/v1, interactiveMode: Maybe}",
            needle: "is not Never"
        ),
        user(
            "exec: {command: x, apiVersion: client.authentication.k8s.io/v1beta1, env: [{name: A, value: 1}]}",
            needle: "both strings"
        ),
    ]

    @Test(arguments: broken)
    func `a kubeconfig that cannot be used is refused with its name and the reason`(_ broken: Broken) throws {
        let host = TestHost(
            files: ["/k": broken.text],
            variables: Self.podVariables.merging(["KUBECONFIG": "/k"]) { $1 }
        )
        let error = try #require(throws: KubeError.self) { try load(host, context: broken.context) }
        #expect(error.code == .invalidConfiguration)
        #expect(error.message.hasPrefix("cannot "))
        #expect(error.message.contains("/k"), "\(error.message)")
        #expect(error.message.contains(broken.needle), "\(error.message)")
        #expect(!error.message.contains("sesame"))
    }

    @Test func `a file that is there but cannot be read is no reason to look elsewhere`() throws {
        var files = Self.podFiles
        files["/k"] = "<unreadable>"
        let host = TestHost(files: files, variables: Self.podVariables.merging(["KUBECONFIG": "/k"]) { $1 })
        let error = try #require(throws: KubeError.self) { try load(host) }
        #expect(error.message == "cannot read /k: Permission denied")
    }

    @Test func `a file of the command line that is missing is an error`() throws {
        let error = try #require(throws: KubeError.self) { try load(TestHost(), kubeconfig: "/none") }
        #expect(error.message.contains("/none"))
    }

    @Test func `without any configuration the message says what to do`() throws {
        let error = try #require(throws: KubeError.self) { try load(TestHost(variables: ["HOME": "/home/me"])) }
        #expect(error.code == .invalidConfiguration)
        #expect(error.message.contains("/home/me/.kube/config"))
        #expect(error.message.contains("--kubeconfig FILE"))
    }

    @Test(arguments: ["token", "ca.crt"])
    func `a pod without its token or authority is refused, not taken as anonymous`(_ name: String) throws {
        var files = Self.podFiles
        files["\(Self.account)/\(name)"] = nil
        let host = TestHost(files: files, variables: Self.podVariables)
        let error = try #require(throws: KubeError.self) { try load(host) }
        #expect(error.message.contains(name))
    }

    @Test func `credentials are left out where there is no TLS, and that is said`() throws {
        let text = Self.kubeconfig(
            context: "dev",
            clusters: ["c": "server: \"http://127.0.0.1:8001\""],
            users: ["u": "token: sesame"],
            contexts: ["dev": "cluster: c, user: u"]
        )
        let configuration = try load(TestHost(files: ["/k": text]), kubeconfig: "/k")
        guard case .none = configuration.authorization else {
            Issue.record("a token goes out in the clear")
            return
        }
        #expect(configuration.warnings.count == 1)
    }

    @Test func `a plugin is read with all its settings`() throws {
        let text = """
            current-context: dev
            contexts: [{name: dev, context: {cluster: c, user: u}}]
            clusters:
            - name: c
              cluster:
                server: https://c
                tls-server-name: inner
                extensions: [{name: client.authentication.k8s.io/exec, extension: {audience: "06e3"}}]
            users:
            - name: u
              user:
                as: boss
                as-groups: [a, b]
                as-uid: "7"
                as-user-extra: {scopes: [x]}
                exec:
                  apiVersion: client.authentication.k8s.io/v1beta1
                  command: bin/login
                  args: [--quiet]
                  env: [{name: A, value: "1"}]
                  installHint: get it from the shop
                  provideClusterInfo: true
            """
        let configuration = try load(TestHost(files: ["/dir/k": text]), kubeconfig: "/dir/k")
        guard case .exec(let plugin) = configuration.authorization else {
            Issue.record("no plugin")
            return
        }
        #expect(plugin.command == "/dir/bin/login")
        #expect(plugin.arguments == ["--quiet"])
        #expect(plugin.environment.map(\.name) == ["A"])
        #expect(plugin.version == .v1beta1)
        #expect(plugin.interactiveMode == .ifAvailable)
        #expect(plugin.installHint == "get it from the shop")
        #expect(plugin.cluster?.server == "https://c")
        #expect(plugin.cluster?.tlsServerName == "inner")
        #expect(plugin.cluster?.config == #"{"audience":"06e3"}"#)
        #expect(
            configuration.impersonation
                == .init(user: "boss", uid: "7", groups: ["a", "b"], extra: ["scopes": ["x"]])
        )
    }
}
