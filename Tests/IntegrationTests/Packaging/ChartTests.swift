// Grantor
// SPDX-License-Identifier: Apache-2.0

import AdminAPI
import KubeCore
import Testing
import YAMLSource

/// charts/grantor, rendered by Helm's engine.
@Suite(.needsPython, .timeLimit(.minutes(3)))
struct ChartTests {
    /// Values that change what is rendered, each in its own way.
    static let table: [JSONValue] = [
        [:],
        ["replicas": 1, "leaderElection": ["enabled": false]],
        ["watch": ["namespaces": ["influxdb", "other"]]],
        ["watch": ["namespaces": .null, "selector": "team in (a, b)", "shard": "0/3"]],
        ["leaderElection": ["tolerant": true], "replicas": 3],
        ["log": ["level": "debug", "format": "text"], "operator": ["denyAddresses": ["10.0.0.0/8"], "workers": 4]],
        ["extraCA": ["configMapName": "corporate-ca", "key": "bundle.pem"]],
        ["metrics": ["serviceMonitor": ["enabled": true, "labels": ["release": "prometheus"]]]],
        ["metrics": ["podMonitor": ["enabled": true, "interval": "1m"]]],
        ["dashboards": ["enabled": true], "rules": ["enabled": true, "disabled": ["GrantorDown"]]],
        ["rules": ["enabled": true, "runbookBaseURL": "https://runbooks.example.com/"]],
        [
            "proxy": ["httpsProxy": "http://proxy.example.com:3128", "noProxy": ".example.com", "keys": true],
            "extraCA": ["configMapName": "corporate-ca"], "tests": ["extraArgs": ["--no-color"]],
        ],
        ["proxy": ["secretName": "proxy"], "tests": ["enabled": false]],
        ["crds": ["enabled": false]],
        ["crds": ["keep": false]],
        ["serviceAccount": ["create": false, "name": "other"], "rbac": ["create": false]],
        ["networkPolicy": ["enabled": false], "podDisruptionBudget": ["enabled": false]],
        [
            "networkPolicy": [
                "ingress": ["from": [["namespaceSelector": ["matchLabels": ["name": "monitoring"]]]]],
                "egress": ["ports": [443], "extra": [["ports": [["port": 8443]]]]],
            ]
        ],
        [
            "image": [
                "repository": "registry.example.com/grantor",
                "digest": "sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef",
            ],
            "imagePullSecrets": [["name": "registry"]],
        ],
        [
            "nodeSelector": ["kubernetes.io/os": "linux"], "tolerations": [["operator": "Exists"]],
            "topologySpreadConstraints": .null, "priorityClassName": "system-cluster-critical",
            "podLabels": ["a": "b"], "podAnnotations": ["c": "d"], "commonLabels": ["team": "platform"],
            "affinity": ["nodeAffinity": [:]], "fullnameOverride": "admins",
        ],
        ["admission": ["mode": false]],
        ["admission": ["mode": "webhook"]],
        ["admission": ["mode": "webhook"], "watch": ["namespaces": ["influxdb"]], "ports": ["webhook": 10250]],
        ["store": "configmap", "watch": ["namespaces": ["influxdb", "other"]]],
        ["store": "configmap", "source": "crd", "watch": ["namespaces": ["influxdb"]], "rbac": ["create": false]],
        ["source": "configmap", "watch": ["namespaces": ["influxdb"]]],
        ["admission": ["mode": "policy", "action": "audit"], "operator": ["clusterDomain": "corp.internal"]],
    ]

    @Test func `the linter finds nothing to warn of`() async throws {
        let report = try await ChartEngine.run(["lint", ChartEngine.chart])
        let messages = report["messages"]?.array ?? []
        #expect(messages.allSatisfy { ($0["severity"]?.integer ?? 9) < 2 }, "\(report.jsonText)")
        #expect(report["total_charts_linted"] == 1)
    }

    @Test func `version and application version are those of the program`() throws {
        let chart = try YAMLSource.value(in: Array(try RepositoryText.read("charts/grantor/Chart.yaml").utf8))
        let source = try RepositoryText.read("Sources/GrantorCommands/GrantorVersion.swift")
        let version = try #require(source.firstMatch(of: /current = "([^"]+)"/)?.output.1)
        #expect(chart["version"]?.string == String(version))
        #expect(chart["appVersion"]?.string == String(version))
        #expect(try RepositoryText.read("deploy/Dockerfile").contains("ARG VERSION=\(version)\n"))
    }

    @Test func `every value of the file has its place in the schema, and the other way round`() throws {
        let values = try YAMLSource.value(in: Array(try RepositoryText.read("charts/grantor/values.yaml").utf8))
        let schema = try JSONValue(parsing: try RepositoryText.read("charts/grantor/values.schema.json"))
        func compare(_ value: JSONValue, _ schema: JSONValue, _ path: String) {
            guard schema["additionalProperties"] == false, let properties = schema["properties"]?.object else { return }
            let known = Set(properties.names).subtracting(["global"])
            #expect(Set(value.object?.names ?? []) == known, "\(path)")
            for name in known.sorted() {
                compare(value[name] ?? .null, properties[name] ?? .null, "\(path).\(name)")
            }
        }
        #expect(schema["additionalProperties"] == false)
        compare(values, schema, "values")
        let page = try RepositoryText.read("charts/grantor/README.md")
        #expect((values.object?.names ?? []).filter { !page.contains("`\($0)") } == [], "charts/grantor/README.md")
    }

    @Test func `values that cannot work are refused with a reason`() async throws {
        let cases: [(JSONValue, String)] = [
            (["replica": 2], "additional properties 'replica' not allowed"),
            (["image": ["name": "x"]], "additional properties 'name' not allowed"),
            (["replicas": "two"], "got string, want integer"),
            (["replicas": 2, "leaderElection": ["enabled": false]], "two operators would write the same objects"),
            (["log": ["format": "xml"]], "/log/format"),
            (["watch": ["namespaces": ["Not A Namespace"]]], "/watch/namespaces/0"),
            (["operator": ["denyAddresses": ["10.0.0.0"]]], "/operator/denyAddresses/0"),
            (["ports": ["metrics": 8081]], "give two different ports"),
            (["serviceAccount": ["create": false]], "serviceAccount.name is required"),
            (["admission": ["mode": "policy", "action": "no"]], "/admission/action"),
            (["admission": ["mode": "webhook"], "ports": ["webhook": 8080]], "give three different ports"),
            (["admission": ["mode": "on"]], "/admission/mode"),
            (["store": "configmap"], "ConfigMaps are looked after in single namespaces; name them"),
            (["source": "configmap"], "ConfigMaps are looked after in single namespaces; name them"),
            (["store": "secret"], "/store"),
            (
                ["store": "configmap", "watch": ["namespaces": ["a"]], "admission": ["mode": "webhook"]],
                "leave it at \"off\""
            ),
            (["proxy": ["keys": true]], "there is no proxy"),
            (["proxy": ["httpsProxy": "proxy:3128"]], "/proxy/httpsProxy"),
            (["rules": ["runbookBaseURL": "nowhere"]], "/rules/runbookBaseURL"),
            (["tests": ["timeout": "soon"]], "/tests/timeout"),
            (
                ["metrics": ["serviceMonitor": ["enabled": true], "podMonitor": ["enabled": true]]],
                "every sample would be there twice"
            ),
        ]
        let answers = try await ChartEngine.attempt(cases.map(\.0))
        for ((values, expected), answer) in zip(cases, answers) {
            switch answer {
            case .success: Issue.record("\(values.jsonText) was taken")
            case .failure(let refusal):
                #expect(refusal.message.contains(expected), "\(values.jsonText): \(refusal.message)")
            }
        }
    }

    @Test func `all values of the table render, and every pod is restricted`() async throws {
        for (values, answer) in zip(Self.table, try await ChartEngine.attempt(Self.table)) {
            let rendering = try answer.get()
            #expect(rendering.names.count == rendering.objects.count, "\(values.jsonText): two objects of one name")
            let deployment = try rendering.object("Deployment")
            #expect(PodSecurity.violations(of: deployment) == [], "\(values.jsonText)")
            for pod in rendering.hooks where pod["kind"] == "Pod" {
                #expect(PodSecurity.violations(of: pod) == [], "\(values.jsonText)")
            }
            let selector = deployment[path: ["spec", "selector", "matchLabels"]]?.object ?? [:]
            let labels = deployment[path: ["spec", "template", "metadata", "labels"]]?.object ?? [:]
            #expect(!selector.isEmpty && selector.names.allSatisfy { labels[$0] == selector[$0] })
            for object in rendering.objects {
                #expect(object[path: ["metadata", "labels", "app.kubernetes.io/managed-by"]] == "Helm")
            }
        }
    }

    @Test func `named namespaces get roles, and nothing is left for the whole cluster but the CRDs`() async throws {
        let rendering = try await ChartEngine.render(["watch": ["namespaces": ["influxdb", "other"]]])
        let clusterWide = rendering.objects.filter { $0["metadata"]?["namespace"] == nil }
        #expect(clusterWide.allSatisfy { $0["kind"] == "CustomResourceDefinition" })
        #expect(clusterWide.count == CustomResourceDefinitions.all.count)
        for namespace in ["influxdb", "other"] {
            #expect(rendering.names.contains("Role \(namespace)/grantor"))
            #expect(rendering.names.contains("RoleBinding \(namespace)/grantor"))
        }
        let arguments = try Self.arguments(rendering)
        #expect(arguments.contains("--namespace=influxdb") && arguments.contains("--namespace=other"))
    }

    @Test func `in ConfigMaps there are the roles that are printed, no CRD, and nothing for the whole cluster`()
        async throws
    {
        let forms: [(values: JSONValue, options: [String])] = [
            (["store": "configmap"], ["--store", "configmap"]),
            (["store": "configmap", "source": "crd"], ["--store", "configmap", "--source", "crd"]),
            (["source": "configmap"], ["--source", "configmap"]),
        ]
        for (form, options) in forms {
            var values = form
            values["watch"] = ["namespaces": ["influxdb"]]
            let rendering = try await ChartEngine.render(values, namespace: "influxdb")
            let isStore = form["store"] == "configmap"
            #expect(rendering.objects("CustomResourceDefinition").isEmpty == isStore)
            if isStore { #expect(rendering.objects.allSatisfy { $0["metadata"]?["namespace"] == "influxdb" }) }
            let printed = try await Command(
                path: try Tool.grantor.required(),
                arguments: ["rbac", "-n", "influxdb", "--service-account", "influxdb/grantor"] + options
            ).run()
            let roles = try YAMLSource.documents(in: Array(printed.output.utf8)).map(\.value)
            for role in roles where role["kind"] == "Role" {
                let name = role["metadata"]?["name"]
                let rendered = rendering.objects("Role").first { $0["metadata"]?["name"] == name }
                #expect(rendered?["rules"] == role["rules"], "\(options)")
            }
            let arguments = try Self.arguments(rendering)
            #expect(arguments.contains("--store=configmap") == isStore)
            #expect(rendering.notes.contains("get configmaps -l app.kubernetes.io/managed-by=grantor") == isStore)
        }
    }

    @Test func `without an election there are never two operators at once, nor a role for the lease`() async throws {
        let rendering = try await ChartEngine.render(["replicas": 1, "leaderElection": ["enabled": false]])
        let deployment = try rendering.object("Deployment")
        #expect(deployment["spec"]?["strategy"] == ["type": "Recreate"])
        #expect(try !Self.arguments(rendering).contains("--leader-elect"))
        #expect(rendering.objects("Role").isEmpty && rendering.objects("PodDisruptionBudget").isEmpty)
    }

    @Test func `the CRDs are those of the program, kept unless that is turned off`() async throws {
        for keep in [true, false] {
            let rendering = try await ChartEngine.render(["crds": ["keep": .bool(keep)]])
            let definitions = rendering.objects("CustomResourceDefinition")
            #expect(definitions.map { $0["spec"] } == CustomResourceDefinitions.all.map { $0["spec"] })
            for definition in definitions {
                let policy = definition[path: ["metadata", "annotations", "helm.sh/resource-policy"]]
                #expect(policy == (keep ? "keep" : nil))
            }
        }
        #expect(try await ChartEngine.render(["crds": ["enabled": false]]).objects("CustomResourceDefinition").isEmpty)
    }

    @Test func `the notes tell what to do next, and what is not safe`() async throws {
        let usual = try await ChartEngine.render(["image": ["repository": "registry.example.com/grantor"]])
        #expect(usual.notes.contains("kubectl -n grantor rollout status deployment/grantor"))
        #expect(!usual.notes.contains("WARNING") && !usual.notes.contains("NOTE"))
        let risky = try await ChartEngine.render([
            "crds": ["keep": false], "replicas": 1, "networkPolicy": ["enabled": false], "rbac": ["create": false],
        ])
        #expect(risky.notes.contains("helm uninstall deletes the CRDs"))
        #expect(risky.notes.contains("with one replica"))
        #expect(risky.notes.contains("grantor rbac --service-account grantor/grantor"))
    }

    @Test func `the webhook is reached at the port that the operator serves, by the names of its objects`() async throws
    {
        let values: JSONValue = ["admission": ["mode": "webhook"], "fullnameOverride": "admins"]
        let rendering = try await ChartEngine.render(values)
        let arguments = try Self.arguments(rendering)
        #expect(arguments.contains("--webhook-service=grantor/admins-webhook"))
        #expect(arguments.contains("--webhook-bind-address=:9443"))
        let configuration = try rendering.object("ValidatingWebhookConfiguration")
        let webhook = try #require(configuration["webhooks"]?[0])
        let service = try #require(webhook["clientConfig"]?["service"])
        #expect(service["name"] == "admins-webhook" && service["namespace"] == "grantor" && service["port"] == 443)
        #expect(webhook["failurePolicy"] == "Ignore" && webhook["timeoutSeconds"] == 2)
        #expect(webhook["sideEffects"] == "None" && webhook["clientConfig"]?["caBundle"] == nil)
        let left = webhook[path: ["namespaceSelector", "matchExpressions"]]?[0]
        #expect(left?["values"] == ["kube-system", "grantor"] && left?["operator"] == "NotIn")
        // The roles name what the arguments name, and nothing else.
        let name = try #require(configuration[path: ["metadata", "name"]]?.string)
        #expect(arguments.contains("--webhook-configuration=\(name)"))
        let cluster = rendering.objects("ClusterRole").first { $0["metadata"]?["name"] == "admins-webhook" }
        #expect(cluster?["rules"]?[0]?["resourceNames"] == [.string(name)])
        let home = rendering.objects("Role").first { $0["metadata"]?["name"] == "admins-webhook" }
        #expect(home?["rules"]?[0]?["resourceNames"] == ["admins-webhook-certificate"])
        #expect(arguments.contains("--webhook-certificate-secret=admins-webhook-certificate"))
        let policy = try rendering.object("NetworkPolicy")
        #expect(policy["spec"]?["ingress"]?[2]?["ports"]?[0]?["port"] == 9443)
        let watched = try await ChartEngine.render([
            "admission": ["mode": "webhook"], "watch": ["namespaces": ["grantor", "influxdb"]],
        ])
        let named = try watched.object("ValidatingWebhookConfiguration")["webhooks"]?[0]?["namespaceSelector"]
        #expect(named?["matchExpressions"]?[0]?["values"] == ["grantor", "influxdb"])
    }

    @Test func `the test pod examines what the operator is started with, as its service account`() async throws {
        let values: JSONValue = [
            "watch": ["namespaces": ["influxdb"], "selector": "team=a"], "operator": ["denyAddresses": ["10.0.0.0/8"]],
            "proxy": ["httpsProxy": "http://proxy:3128"], "serviceAccount": ["name": "admins"],
        ]
        let rendering = try await ChartEngine.render(values)
        let pod = try #require(rendering.hooks.first { $0["kind"] == "Pod" })
        #expect(pod[path: ["metadata", "annotations", "helm.sh/hook"]] == "test")
        #expect(pod[path: ["spec", "serviceAccountName"]] == "admins")
        let deployment = try rendering.object("Deployment")
        let selector = deployment[path: ["spec", "selector", "matchLabels", "app.kubernetes.io/name"]]
        // Neither the Service nor the PodDisruptionBudget may take it for an operator.
        #expect(pod[path: ["metadata", "labels", "app.kubernetes.io/name"]] != selector)
        let container = try #require(pod["spec"]?["containers"]?[0])
        let operating = try #require(deployment[path: ["spec", "template", "spec", "containers"]]?[0])
        #expect(container["env"] == operating["env"] && container["image"] == operating["image"])
        let arguments = (container["args"]?.array ?? []).compactMap(\.string)
        #expect(arguments.first == "doctor" && arguments.contains("--leader-elect"))
        let given = try Self.arguments(rendering)
        for argument in ["--namespace=influxdb", "--selector=team=a", "--deny-address=10.0.0.0/8"] {
            #expect(arguments.contains(argument) && given.contains(argument))
        }
        let policies = rendering.hooks.filter { $0["kind"] == "NetworkPolicy" }
        #expect(
            policies.map { $0["spec"]?["egress"] } == rendering.objects("NetworkPolicy").map { $0["spec"]?["egress"] }
        )
        #expect(try await ChartEngine.render(["tests": ["enabled": false]]).hooks.isEmpty)
    }

    @Test func `a proxy becomes the variables of the operator, and keys go through it only when told`() async throws {
        func container(_ values: JSONValue) async throws -> JSONValue {
            let deployment = try await ChartEngine.render(values).object("Deployment")
            return try #require(deployment[path: ["spec", "template", "spec", "containers"]]?[0])
        }
        #expect(try await container([:])["env"] == nil)
        let plain = try await container(["proxy": ["httpsProxy": "http://proxy:3128"]])
        #expect(plain["env"]?[0] == ["name": "HTTPS_PROXY", "value": "http://proxy:3128"])
        #expect(plain["env"]?[1]?["value"]?.string?.contains("$(KUBERNETES_SERVICE_HOST)") == true)
        #expect(plain["args"]?.array?.contains("--key-proxy=environment") == false)
        let keys = try await container(["proxy": ["httpsProxy": "http://proxy:3128", "keys": true]])
        #expect(keys["args"]?.array?.contains("--key-proxy=environment") == true)
        let secret = try await container(["proxy": ["secretName": "proxy", "httpsProxy": "http://u:sesame@proxy"]])
        #expect(!secret.jsonText.contains("sesame"))
        #expect(secret["env"]?[0]?["valueFrom"]?["secretKeyRef"]?["name"] == "proxy")
    }

    @Test func `alerts link to runbooks only where somebody serves them`() async throws {
        func annotations(_ rules: JSONValue) async throws -> [JSONValue] {
            let rule = try await ChartEngine.render(["rules": rules]).object("PrometheusRule")
            let groups = rule["spec"]?["groups"]?.array ?? []
            return groups.flatMap { $0["rules"]?.array ?? [] }.compactMap { $0["annotations"] }
        }
        let usual = try await annotations(["enabled": true])
        #expect(usual.count == (try MonitoringTests.alerts.count))
        #expect(usual.allSatisfy { $0["runbook_url"] == nil && $0["runbook"]?.string?.hasPrefix("docs/") == true })
        let served = try await annotations(["enabled": true, "runbookBaseURL": "https://runbooks.example.com/"])
        #expect(served.first?["runbook_url"] == "https://runbooks.example.com/GrantorDown.md")
        #expect(served.allSatisfy { $0["runbook_url"] != nil })
    }

    /// The arguments of the operator's container.
    static func arguments(_ rendering: ChartEngine.Rendering) throws -> [String] {
        let container = try rendering.object("Deployment")[path: ["spec", "template", "spec", "containers"]]?[0]
        return container?["args"]?.array?.compactMap(\.string) ?? []
    }
}
