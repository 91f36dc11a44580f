// Grantor
// SPDX-License-Identifier: Apache-2.0

import DevIdentityProvider
import KubeCore
import Testing

@Suite(.needsGrantor, .timeLimit(.minutes(2)))
struct KeysTests {
    @Test func `usable and ignored keys are told, and a usable one ends with 0`() async throws {
        try await withWorkspace { workspace in
            try await withRealm(.keycloak) { realm in
                let url = try await realm.keysURL
                let outcome = try await workspace.run("keys", url, "-o", "json")
                #expect(outcome.status == 0)
                let report = try JSONValue(parsing: outcome.output)
                #expect(
                    report.object?.names.sorted() == ["document", "ignored", "issuer", "refused", "usable"]
                )
                #expect(report["document"] == "KeySet")
                #expect(report["refused"] == .null)
                #expect(report["issuer"]?.string == (try await realm.issuer))
                #expect(report["usable"]?[0]?["kid"]?.string == (try realm.activeKeyID()))
                #expect(report["usable"]?[0]?["alg"] == ["RS256"])
                #expect(report["ignored"]?[0]?["reason"] == "NotForSignatures")
                let text = try await workspace.run("keys", url)
                #expect(text.status == 0)
                #expect(text.output.contains("Usable:    1\n"))
                #expect(text.output.contains(try realm.activeKeyID()))
            }
        }
    }

    @Test func `a discovery document is followed`() async throws {
        try await withWorkspace { workspace in
            try await withRealm(.auth0) { realm in
                let outcome = try await workspace.run("keys", try await realm.discoveryURL, "-o", "json")
                #expect(outcome.status == 0)
                let report = try JSONValue(parsing: outcome.output)
                #expect(report["document"] == "Discovery")
                #expect(report["issuer"]?.string == (try await realm.issuer))
            }
        }
    }

    @Test(arguments: [
        (Fault.html, 1, "NotJSON"), (.emptySet, 1, "NoUsableKey"), (.emptyObject, 1, "NotAKeySet"),
        (.oversized(bytes: 1 << 20), 1, "TooLarge"), (.status(500), 2, "BadStatus"),
        (.redirectLoop, 2, "TooManyRedirects"), (.redirect(to: "http://169.254.169.254/"), 2, "AddressRefused"),
        (.dropConnection, 2, "Unreachable"),
    ])
    func `a refused document ends with 1, none with 2`(fault: Fault, status: Int, reason: String) async throws {
        try await withWorkspace { workspace in
            try await withRealm { realm in
                realm.misbehave(fault)
                let url = try await realm.keysURL
                let outcome = try await workspace.run("keys", url, "-o", "json")
                #expect(outcome.status == status)
                #expect(try JSONValue(parsing: outcome.output)["refused"]?.string == reason)
                let text = try await workspace.run("keys", url)
                #expect(text.status == status)
                #expect(text.output.contains("Refused:   \(reason): "))
            }
        }
    }

    @Test func `a file and standard input are read, and the same rules apply`() async throws {
        try await withWorkspace { workspace in
            let set = #"{"keys":[{"kty":"oct","k":"AAAA","kid":"x"}]}"#
            let file = try workspace.write(set, to: "keys.json")
            for (argument, input) in [(file, ""), ("-", set)] {
                let outcome = try await workspace.run("keys", argument, "-o", "json", input: input)
                #expect(outcome.status == 1)
                #expect(try JSONValue(parsing: outcome.output)["refused"] == "NoUsableKey")
            }
            let missing = try await workspace.run("keys", workspace.path("none.json"))
            #expect(missing.status == 2)
            #expect(missing.output.contains("none.json: No such file or directory"))
        }
    }

    @Test func `a bundle that cannot be read ends with 2`() async throws {
        try await withWorkspace { workspace in
            let bundle = try workspace.write("no certificate", to: "ca.pem")
            for path in [bundle, workspace.path("none.pem")] {
                let outcome = try await workspace.run("keys", "https://127.0.0.1:1/keys", "--ca-file", path)
                #expect(outcome.status == 2)
                #expect(outcome.output.contains("Refused:   "))
            }
        }
    }
}
