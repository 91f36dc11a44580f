// Grantor
// SPDX-License-Identifier: Apache-2.0

import FoundationEssentials
import KubeClient
import KubeController
import KubeCore
import SwiftASN1
import X509

/// What the Secret of the webhook holds.
///
/// | key | what |
/// |---|---|
/// | `tls.crt`, `tls.key` | what is served now: certificate and authority, and the key |
/// | `next.crt`, `next.key` | what is served next, while the API server is told of its authority |
/// | `ca.crt` | the authorities that the API server is to trust, the newest first |
struct StoredCertificates: Sendable {
    /// The most authorities that are ever trusted at a time.
    private static let maximumAuthorities = 8

    /// The version of the Secret.
    let resourceVersion: String
    /// What is served now; `nil` when it cannot be used.
    let current: WebhookCertificate?
    /// What is served next; `nil` when there is none, or none that can be used.
    let next: WebhookCertificate?
    /// Whether there is something that is to be served next, usable or not.
    let hasNext: Bool
    /// The text that is published: `ca.crt`.
    let bundle: String
    /// The authorities in it that can be read.
    let authorities: [Certificate]

    /// The text that should be published at a time: the authorities of what is served now and next, and all that have
    /// not expired.
    func bundle(at now: Date, adding added: WebhookCertificate? = nil, dropping: Bool = false) -> String {
        var wanted = [added?.authority, current?.authority].compactMap(\.self)
        if !dropping, let next { wanted.append(next.authority) }
        wanted += authorities.filter { $0.notValidAfter > now }
        return Self.text(wanted)
    }

    /// When the next authority can be dropped that is there for the overlap alone.
    func nextExpiry(after now: Date) -> Date? {
        let needed = Set([current?.authority, next?.authority].compactMap(\.self).map(WebhookCertificate.pem))
        return authorities.filter { !needed.contains(WebhookCertificate.pem($0)) && $0.notValidAfter > now }
            .map(\.notValidAfter).min()
    }

    private static func text(_ authorities: [Certificate]) -> String {
        var seen: Set<String> = []
        // The order must not depend on the way: another order would be another bundle to publish.
        let texts = authorities.map { (since: $0.notValidBefore, pem: WebhookCertificate.pem($0)) }
            .sorted { ($1.since, $0.pem) < ($0.since, $1.pem) }
            .map(\.pem).filter { seen.insert($0).inserted }
        return texts.prefix(maximumAuthorities).joined()
    }
}

extension StoredCertificates: JSONReadable {
    /// Reads a Secret; what cannot be understood in it counts as missing.
    init(json: JSONValue) {
        func text(_ key: String) -> String? {
            guard let encoded = json["data"]?[key]?.string, let data = Data(base64Encoded: encoded) else { return nil }
            return String(decoding: data, as: UTF8.self)
        }
        func certificate(_ name: String) -> WebhookCertificate? {
            guard let chain = text("\(name).crt"), let key = text("\(name).key") else { return nil }
            return WebhookCertificate(chain: chain, privateKey: key)
        }
        resourceVersion = json["metadata"]?["resourceVersion"]?.string ?? ""
        current = certificate("tls")
        next = certificate("next")
        hasNext = text("next.crt") != nil || text("next.key") != nil
        bundle = text("ca.crt") ?? ""
        authorities = ((try? PEMDocument.parseMultiple(pemString: bundle)) ?? []).compactMap {
            try? Certificate(pemDocument: $0)
        }
    }
}

extension StoredCertificates {
    /// The data of a Secret, or a patch of it; what is to go is `null`.
    static func data(
        current: WebhookCertificate? = nil,
        next: WebhookCertificate?? = .none,
        bundle: String
    ) -> JSONValue {
        var data: JSONObject = ["ca.crt": encode(bundle)]
        if let current {
            data["tls.crt"] = encode(current.chain)
            data["tls.key"] = encode(current.privateKey.reveal())
        }
        if let next {
            data["next.crt"] = next.map { encode($0.chain) } ?? .null
            data["next.key"] = next.map { encode($0.privateKey.reveal()) } ?? .null
        }
        return .object(data)
    }

    private static func encode(_ text: String) -> JSONValue {
        .string(Data(text.utf8).base64EncodedString())
    }
}

extension StoredCertificates: CustomStringConvertible {
    /// The version of the Secret; never what it holds.
    var description: String { "certificates of version \(resourceVersion)" }
}

/// What the ValidatingWebhookConfiguration says.
struct PublishedBundle: Sendable, Hashable {
    /// One of its webhooks.
    struct Entry: Sendable, Hashable {
        /// Its name.
        let name: String
        /// The authorities that the API server trusts for it, in PEM.
        let bundle: String
    }

    /// Its webhooks.
    let entries: [Entry]

    /// Whether every webhook has a bundle.
    func holds(_ bundle: String) -> Bool { entries.allSatisfy { $0.bundle == bundle } }

    /// The JSON patch that gives every webhook a bundle, if they are still the same.
    func patch(to bundle: String) -> JSONValue {
        let value = JSONValue.string(Data(bundle.utf8).base64EncodedString())
        return .array(
            entries.enumerated().filter { $0.element.bundle != bundle }.flatMap { index, entry -> [JSONValue] in
                let path = "/webhooks/\(index)"
                return [
                    ["op": "test", "path": .string("\(path)/name"), "value": .string(entry.name)],
                    ["op": "add", "path": .string("\(path)/clientConfig/caBundle"), "value": value],
                ]
            }
        )
    }
}

extension PublishedBundle: JSONReadable {
    /// Reads a ValidatingWebhookConfiguration.
    init(json: JSONValue) {
        entries = (json["webhooks"]?.array ?? []).map { webhook in
            let encoded = webhook["clientConfig"]?["caBundle"]?.string ?? ""
            return Entry(
                name: webhook["name"]?.string ?? "",
                bundle: Data(base64Encoded: encoded).map { String(decoding: $0, as: UTF8.self) } ?? ""
            )
        }
    }
}
