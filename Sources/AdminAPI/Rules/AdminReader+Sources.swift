// Grantor
// SPDX-License-Identifier: Apache-2.0

import KubeCore

/// References to Secrets and ConfigMaps; no value is ever shown.
extension AdminReader {
    /// Reads a `value` or `valueFrom` (`dsn`, the parts of `internalSigningKey`).
    mutating func readSource(_ value: JSONValue, at path: FieldPath) {
        guard let object = value.object else {
            error(.typeInvalid, path, "must be a mapping with value or valueFrom", showing: .string(value.typeName))
            return
        }
        refuseUnknownMembers(of: object, at: path, known: ["value", "valueFrom"], "the package refuses it")
        switch (object["value"], object["valueFrom"]) {
        case (nil, nil): error(.required, path, "exactly one of value and valueFrom must be set")
        case (_?, _?): error(.forbidden, path, "value and valueFrom must not both be set")
        case (let literal?, nil):
            let place = path.appending(key: "value")
            switch literal {
            case .string(let text):
                if text.isEmpty { error(.required, place, "must not be empty") }
            case .null: error(.required, place, "must not be empty")
            default: error(.typeInvalid, place, "must be a string", showing: .string(literal.typeName))
            }
        case (nil, let reference?):
            readReference(reference, at: path.appending(key: "valueFrom"), kinds: ["secretKeyRef", "configMapKeyRef"])
        }
    }

    /// Reads `internalSigningKey`: three values, each given or referred to.
    mutating func readSigningKey(_ value: JSONValue, at path: FieldPath) {
        let names = ["id", "privateKey", "publicKey"]
        guard let object = value.object else {
            let detail = "must be a mapping with id, privateKey and publicKey; leave it out to have one generated"
            error(.typeInvalid, path, detail, showing: .string(value.typeName))
            return
        }
        refuseUnknownMembers(of: object, at: path, known: names, "the package refuses it")
        for name in names {
            guard let part = object[name], !part.isNull else {
                let detail = "must be set; leave out internalSigningKey to have one generated"
                error(.required, path.appending(key: name), detail)
                continue
            }
            readSource(part, at: path.appending(key: name))
        }
    }

    /// Reads `egress.customCertificates`: a shape that cannot be used is an error once somebody looked.
    mutating func readCustomCertificates(_ value: JSONValue) {
        guard !value.isNull else { return }
        let path = rules.document.root.appending(key: "egress").appending(key: "customCertificates")
        var inner = AdminReader(rules: rules)
        if let object = value.object {
            inner.refuseUnknownMembers(of: object, at: path, known: ["valueFrom"], "the package refuses it")
            if let reference = object["valueFrom"], !reference.isNull {
                inner.readReference(reference, at: path.appending(key: "valueFrom"), kinds: ["configMapKeyRef"])
            } else {
                inner.error(.required, path.appending(key: "valueFrom"), "name a ConfigMap and a key")
            }
        } else {
            inner.error(.typeInvalid, path, "must be a mapping with valueFrom", showing: .string(value.typeName))
        }
        if inner.findings.isEmpty {
            inner.judge(rules.caBundle, reference: value["valueFrom"]?["configMapKeyRef"], at: path)
        }
        for finding in inner.findings { report(finding.error) }
    }

    private mutating func report(_ problem: FieldError) {
        if rules.caBundle == .notLooked {
            warn(problem.kind, problem.path, problem.detail, showing: problem.badValue)
        } else {
            error(problem.kind, problem.path, problem.detail, showing: problem.badValue)
        }
    }

    private mutating func judge(_ bundle: AdminRules.CABundle, reference: JSONValue?, at path: FieldPath) {
        let place = path.appending(key: "valueFrom").appending(key: "configMapKeyRef")
        let name = reference?["name"]?.string.flatMap(Self.shown)
        let key = reference?["key"]?.string.flatMap(Self.shown)
        switch bundle {
        case .notLooked, .usable: break
        case .configMapMissing:
            error(.notFound, place.appending(key: "name"), "there is no such ConfigMap in the namespace", showing: name)
        case .keyMissing(let others):
            let showable = others.sorted { UTF8Order.compare($0, $1) < 0 }.filter(Self.isShowable).prefix(5)
            let advice = showable.isEmpty ? "" : "; it has \(showable.joined(separator: ", "))"
            error(.notFound, place.appending(key: "key"), "the ConfigMap has no such key\(advice)", showing: key)
        case .notPEM:
            error(
                .invalid,
                place.appending(key: "key"),
                "the entry holds no PEM certificate that can be read",
                showing: key
            )
        }
    }

    /// Reads a `valueFrom`: exactly one reference, with a name and a key.
    private mutating func readReference(_ value: JSONValue, at path: FieldPath, kinds: [String]) {
        let choice = kinds.joined(separator: " and ")
        guard let object = value.object else {
            let detail = "must be a mapping with \(kinds.joined(separator: " or "))"
            error(.typeInvalid, path, detail, showing: .string(value.typeName))
            return
        }
        refuseUnknownMembers(of: object, at: path, known: kinds, "the package refuses it")
        let present = kinds.filter { object[$0] != nil }
        guard let kind = present.first, let reference = object[kind] else {
            error(.required, path, kinds.count == 1 ? "\(choice) must be set" : "exactly one of \(choice) must be set")
            return
        }
        guard present.count == 1 else {
            error(.forbidden, path, "\(choice) must not both be set")
            return
        }
        let place = path.appending(key: kind)
        guard let members = reference.object else {
            error(.typeInvalid, place, "must be a mapping with name and key", showing: .string(reference.typeName))
            return
        }
        refuseUnknownMembers(of: members, at: place, known: ["name", "key", "optional"], "the package refuses it")
        _ = requiredString("name", of: members, at: place, "name the object")
        _ = requiredString("key", of: members, at: place, "name the key")
        if let optional = members["optional"], optional.bool == nil, !optional.isNull {
            error(
                .typeInvalid,
                place.appending(key: "optional"),
                "must be a Boolean",
                showing: .string(optional.typeName)
            )
        }
    }
}
