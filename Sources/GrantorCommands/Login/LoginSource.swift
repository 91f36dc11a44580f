// Grantor
// SPDX-License-Identifier: Apache-2.0

import AdminAPI
import KubeCore
import YAMLSource

/// The `admin` block that a token is judged against, and the CA bundle that stands beside it.
struct LoginSource: Sendable {
    /// How the document is called in messages.
    let name: String
    /// The block, which satisfies the rules.
    let admin: AdminConfiguration
    /// The ConfigMap entry that holds the provider's CA bundle; `nil` when none is named.
    let bundle: ConfigMapEntry?
    /// The namespace of the object, when it names one.
    let namespace: String?

    /// Takes a document.
    ///
    /// - Throws: `LoginFailure` when it has no block, or the rules find errors in it.
    init(_ document: LoadedDocument) throws(LoginFailure) {
        let package: JSONValue
        var rules = AdminRules.Document.appInstance
        var isBundleUsed = true
        switch document.content {
        case .instance(let value), .singleNamespace(let value):
            package = value[path: ["spec", "package", "spec"]] ?? .null
            namespace = value["metadata"]?["namespace"]?.string
        case .values(let values):
            package = .object(values)
            rules = .values
            isBundleUsed = values["useCustomEgress"]?.bool == true
            namespace = values["namespaceOverride"]?.string
        }
        guard let block = package["admin"] else {
            throw LoginFailure(
                message: "cannot judge anybody: \(document.name) has no admin block",
                advice: "Name an AppInstance, kubit's ConfigMap app-instance or a values file."
            )
        }
        let verdict = AdminRules(document: rules).validate(admin: block)
        guard let admin = verdict.admin else {
            throw LoginFailure(
                message: "cannot judge anybody: the admin block has errors: \(verdict.message(.error, limit: 600))",
                advice: "Nobody gains access by a block with errors; grantor validate shows where they are."
            )
        }
        name = document.name
        self.admin = admin
        let certificates = isBundleUsed ? package["egress"]?["customCertificates"] : nil
        let reference = certificates?["valueFrom"]?["configMapKeyRef"]
        bundle = reference?["name"]?.string.flatMap { map in
            reference?["key"]?.string.map { ConfigMapEntry(name: map, key: $0) }
        }
    }

    /// The CA bundle from a ConfigMap of the same file; `nil` when it does not stand there.
    static func bundle(_ entry: ConfigMapEntry, in text: [UInt8]) -> String? {
        let documents = (try? YAMLSource.documents(in: text)) ?? []
        let objects = documents.flatMap { $0.value["items"]?.array ?? [$0.value] }
        let map = objects.first { object in
            object["kind"]?.string == "ConfigMap" && object["metadata"]?["name"]?.string == entry.name
        }
        return map?["data"]?[entry.key]?.string
    }
}
