// Grantor
// SPDX-License-Identifier: Apache-2.0

import KubeCore

/// Errors of references to Secrets and ConfigMaps; no value is ever shown.
extension PolicyVariables {
    mutating func checkSources() {
        let dsn = "variables.admin.dsn"
        checkBlock("dsnFault", of: "dsn") { chain in
            chain.when("!has(\(dsn))", .fine)
            chain.otherwise = .bound("s", dsn, FaultChain { $0.requireSource("s", at: "\(Self.root).dsn") })
        }
        let key = "variables.admin.internalSigningKey"
        let path: CELText = "\(Self.root).internalSigningKey"
        checkBlock("signingKeyFault", of: "internalSigningKey") { chain in
            chain.when("!has(\(key))", .fine)
            chain.requireMapping(key, at: path, .signingKeyNotMapping)
            chain.refuseUnknownMembers(of: key, at: path, known: AdminReader.signingKeyParts)
            let place: CELText = "\(path).\(cel: "n")"
            let part = FaultChain { part in
                part.fault("!(n in \(key)) || \(key)[n] == null", CELText(.signingKeyPartMissing, at: place))
                part.otherwise = .bound("s", "\(key)[n]", FaultChain { $0.requireSource("s", at: place) })
            }
            let faults = "\(CEL.list(AdminReader.signingKeyParts)).map(n, \(part.expression(indent: 4)))"
            chain.otherwise = .expression("(\(faults)\n  .filter(f, f != '') + [''])[0]")
        }
    }

    /// Warns of `egress.customCertificates`; the operator looks whether the ConfigMap is there.
    mutating func checkCertificates() {
        let egress = "variables.spec.egress"
        let path = AdminRules.Document.appInstance.root.appending(key: "egress").appending(key: "customCertificates")
        define("spec", Self.packageSpec)
        define(
            "certificates",
            "has(\(egress)) && type(\(egress)) == map && has(\(egress).customCertificates) ? "
                + "\(egress).customCertificates : null"
        )
        let certificates = "variables.certificates"
        let place: CELText = "\(path.description)"
        let chain = FaultChain { chain in
            chain.when("\(certificates) == null", .fine)
            chain.requireMapping(certificates, at: place, .certificatesNotMapping)
            chain.refuseUnknownMembers(of: certificates, at: place, known: ["valueFrom"])
            chain.fault(
                CEL.isMissing("\(certificates).valueFrom"),
                CELText(.certificatesMissing, at: "\(place).valueFrom")
            )
            let inner = FaultChain {
                $0.requireReference("r", at: "\(place).valueFrom", kinds: AdminReader.bundleKinds)
            }
            chain.otherwise = .bound("r", "\(certificates).valueFrom", inner)
        }
        check("certificatesFault", of: path.description, chain)
    }
}

extension FaultChain {
    /// Adds that a value must be a mapping with `value` or `valueFrom` (`AdminReader.readSource`).
    mutating func requireSource(_ source: String, at path: CELText) {
        requireMapping(source, at: path, .sourceNotMapping)
        refuseUnknownMembers(of: source, at: path, known: AdminReader.sourceMembers)
        let literal = "\(source).value"
        let reference = "\(source).valueFrom"
        fault("!has(\(literal)) && !has(\(reference))", CELText(.sourceMissing, at: path))
        fault("has(\(literal)) && has(\(reference))", CELText(.sourceBoth, at: path))
        fault(
            "has(\(literal)) && (\(literal) == null || \(literal) == '')",
            CELText(.sourceEmpty, at: "\(path).value")
        )
        fault(
            "has(\(literal)) && type(\(literal)) != string",
            CELText(.notString, at: "\(path).value", showing: .typeName(literal))
        )
        when("has(\(literal))", .fine)
        let inner = FaultChain {
            $0.requireReference("r", at: "\(path).valueFrom", kinds: AdminReader.referenceKinds)
        }
        otherwise = .bound("r", reference, inner)
    }

    /// Adds that a value must be a mapping with one reference (`AdminReader.readReference`).
    mutating func requireReference(_ reference: String, at path: CELText, kinds: [String]) {
        requireMapping(reference, at: path, .referenceNotMapping, "\(kinds.joined(separator: " or "))")
        refuseUnknownMembers(of: reference, at: path, known: kinds)
        let choice: CELText = "\(kinds.joined(separator: " and "))"
        let none = kinds.map { "!has(\(reference).\($0))" }.joined(separator: " && ")
        fault(none, CELText(kinds.count == 1 ? .referenceOneMissing : .referenceMissing, at: path, choice))
        if kinds.count > 1 {
            let all = kinds.map { "has(\(reference).\($0))" }.joined(separator: " && ")
            fault(all, CELText(.referenceBoth, at: path, choice))
        }
        let present = "\(CEL.list(kinds)).filter(c, c in \(reference))[0]"
        let target = FaultChain { $0.requireTarget("t", at: "\(path).\(cel: "c")") }
        otherwise = .expression(
            CEL.binding("c", present, CEL.binding("t", "\(reference)[c]", target.expression(indent: 6)))
        )
    }

    private mutating func requireTarget(_ target: String, at path: CELText) {
        requireMapping(target, at: path, .targetNotMapping)
        refuseUnknownMembers(of: target, at: path, known: AdminReader.targetMembers)
        requireText("\(target).name", at: "\(path).name", missing: .targetNameMissing)
        requireText("\(target).key", at: "\(path).key", missing: .targetKeyMissing)
        let optional = "\(target).optional"
        fault(
            "has(\(optional)) && \(optional) != null && type(\(optional)) != bool",
            CELText(.optionalNotBoolean, at: "\(path).optional", showing: .typeName(optional))
        )
    }
}
