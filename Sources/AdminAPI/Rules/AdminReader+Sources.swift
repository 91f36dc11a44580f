// Grantor
// SPDX-License-Identifier: Apache-2.0

import KubeCore

/// References to Secrets and ConfigMaps; no value is ever shown.
extension AdminReader {
    static let sourceMembers = ["value", "valueFrom"]
    static let referenceKinds = ["secretKeyRef", "configMapKeyRef"]
    static let bundleKinds = ["configMapKeyRef"]
    static let targetMembers = ["name", "key", "optional"]
    static let signingKeyParts = ["id", "privateKey", "publicKey"]

    /// Reads a `value` or `valueFrom` (`dsn`, the parts of `internalSigningKey`).
    mutating func readSource(_ value: JSONValue, at path: FieldPath) {
        guard let object = value.object else {
            report(.sourceNotMapping, path, showing: .string(value.typeName))
            return
        }
        refuseUnknownMembers(of: object, at: path, known: Self.sourceMembers)
        switch (object["value"], object["valueFrom"]) {
        case (nil, nil): report(.sourceMissing, path)
        case (_?, _?): report(.sourceBoth, path)
        case (let literal?, nil):
            let place = path.appending(key: "value")
            switch literal {
            case .string(let text):
                if text.isEmpty { report(.sourceEmpty, place) }
            case .null: report(.sourceEmpty, place)
            default: report(.notString, place, showing: .string(literal.typeName))
            }
        case (nil, let reference?):
            readReference(reference, at: path.appending(key: "valueFrom"), kinds: Self.referenceKinds)
        }
    }

    /// Reads `internalSigningKey`: three values, each given or referred to.
    mutating func readSigningKey(_ value: JSONValue, at path: FieldPath) {
        guard let object = value.object else {
            report(.signingKeyNotMapping, path, showing: .string(value.typeName))
            return
        }
        refuseUnknownMembers(of: object, at: path, known: Self.signingKeyParts)
        for name in Self.signingKeyParts {
            guard let part = object[name], !part.isNull else {
                report(.signingKeyPartMissing, path.appending(key: name))
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
            inner.refuseUnknownMembers(of: object, at: path, known: ["valueFrom"])
            if let reference = object["valueFrom"], !reference.isNull {
                inner.readReference(reference, at: path.appending(key: "valueFrom"), kinds: Self.bundleKinds)
            } else {
                inner.report(.certificatesMissing, path.appending(key: "valueFrom"))
            }
        } else {
            inner.report(.certificatesNotMapping, path, showing: .string(value.typeName))
        }
        if inner.findings.isEmpty {
            inner.judge(rules.caBundle, reference: value["valueFrom"]?["configMapKeyRef"], at: path)
        }
        for finding in inner.findings { report(finding, as: rules.caBundle == .notLooked ? .warning : .error) }
    }

    private mutating func judge(_ bundle: AdminRules.CABundle, reference: JSONValue?, at path: FieldPath) {
        let place = path.appending(key: "valueFrom").appending(key: "configMapKeyRef")
        let name = reference?["name"]?.string.flatMap(Self.shown)
        let key = reference?["key"]?.string.flatMap(Self.shown)
        switch bundle {
        case .notLooked, .usable: break
        case .configMapMissing:
            report(.bundleMissing, place.appending(key: "name"), showing: name)
        case .keyMissing(let others):
            let showable = others.sorted { UTF8Order.compare($0, $1) < 0 }.filter(Self.isShowable).prefix(5)
            let advice = showable.isEmpty ? "" : "; it has \(showable.joined(separator: ", "))"
            report(.bundleKeyMissing, place.appending(key: "key"), advice, showing: key)
        case .notPEM: report(.bundleNotPEM, place.appending(key: "key"), showing: key)
        }
    }

    /// Reads a `valueFrom`: exactly one reference, with a name and a key.
    private mutating func readReference(_ value: JSONValue, at path: FieldPath, kinds: [String]) {
        let choice = kinds.joined(separator: " and ")
        guard let object = value.object else {
            report(.referenceNotMapping, path, kinds.joined(separator: " or "), showing: .string(value.typeName))
            return
        }
        refuseUnknownMembers(of: object, at: path, known: kinds)
        let present = kinds.filter { object[$0] != nil }
        guard let kind = present.first, let reference = object[kind] else {
            report(kinds.count == 1 ? .referenceOneMissing : .referenceMissing, path, choice)
            return
        }
        guard present.count == 1 else {
            report(.referenceBoth, path, choice)
            return
        }
        let place = path.appending(key: kind)
        guard let members = reference.object else {
            report(.targetNotMapping, place, showing: .string(reference.typeName))
            return
        }
        refuseUnknownMembers(of: members, at: place, known: Self.targetMembers)
        _ = requiredString("name", of: members, at: place, missing: .targetNameMissing)
        _ = requiredString("key", of: members, at: place, missing: .targetKeyMissing)
        if let optional = members["optional"], optional.bool == nil, !optional.isNull {
            report(.optionalNotBoolean, place.appending(key: "optional"), showing: .string(optional.typeName))
        }
    }
}
