// Grantor
// SPDX-License-Identifier: Apache-2.0

import Rendering
import Testing

struct InfluxctlConfigurationTests {
    private static let profile = InfluxctlProfile(
        name: "default",
        host: "influxdb.example.com",
        port: "443",
        clientID: "influxctl",
        scopes: ["influxctl/.default"],
        deviceURL: "https://idp/device",
        tokenURL: "https://idp/token"
    )

    private static func merge(_ text: String, _ profile: InfluxctlProfile = profile) throws -> String {
        let merged = try InfluxctlConfiguration(Array(text.utf8)).merging(profile)
        let again = try merged.merging(profile)
        #expect(again.bytes == merged.bytes, "a second time changes nothing")
        return String(decoding: merged.bytes, as: UTF8.self)
    }

    private static let others = """
        # Mine; do not touch.
        [[profile]]   # the old one
        name = 'lab'
          product = "dedicated"
        token = \"\"\"
        [[profile]]
        name = "default"
        \"\"\"
          [profile.tls]
            insecure = true   # for the lab

        """

    @Test func `an empty file gets the profile alone`() throws {
        #expect(try Self.merge("") == Self.profile.text)
    }

    @Test func `a new profile goes to the end, the rest stays byte for byte`() throws {
        #expect(try Self.merge(Self.others) == Self.others + "\n" + Self.profile.text)
        // The last line may lack its end.
        let cut = String(Self.others.dropLast(1))
        #expect(try Self.merge(cut).hasPrefix(cut + "\n\n[[profile]]"))
    }

    @Test func `Windows line ends are kept`() throws {
        let text = Self.others.split(separator: "\n", omittingEmptySubsequences: false).joined(separator: "\r\n")
        let merged = try Self.merge(text)
        #expect(merged.hasPrefix(text))
        #expect(!Array(merged.utf8).split(separator: 0x0A).contains { $0.last != 0x0D })
    }

    @Test func `only what differs is changed where it stands`() throws {
        let text = """
            [[profile]]
            name = "first"

            [[profile]] # main
                name = "default"   # selected
                host   =   'old.example.com'  # was moved
                database = "mine"
                [profile.auth.oauth2]
                    client_id = "influxctl"
                    scopes = [   # two
                      "a",
                      "b", ]
                    parameters = { audience = "" }
            # the end

            [[profile]]
            name = "last"
            """
        let merged = try Self.merge(text)
        #expect(
            merged == """
                [[profile]]
                name = "first"

                [[profile]] # main
                    name = "default"   # selected
                    host   =   "influxdb.example.com"  # was moved
                    database = "mine"
                    product = "clustered"
                    port = "443"
                    [profile.auth.oauth2]
                        client_id = "influxctl"
                        scopes = ["influxctl/.default"]
                        parameters = { audience = "" }
                        token_url = "https://idp/token"
                        device_url = "https://idp/device"
                # the end

                [[profile]]
                name = "last"
                """
        )
    }

    @Test func `dots, quoted keys and a missing table are understood`() throws {
        let dotted = """
            [[profile]]
            name = "default"
            "auth".oauth2.client_id = "x"
            """
        let merged = try Self.merge(dotted)
        #expect(merged.contains("\"auth\".oauth2.client_id = \"influxctl\"\n"))
        #expect(merged.contains("\nauth.oauth2.token_url = \"https://idp/token\""))
        let bare = "[[profile]]\nname = \"default\"\n\n[profile.tls]\nca = \"x\"\n# end\n"
        let table = try Self.merge(bare)
        #expect(table.contains("ca = \"x\"\n\n  [profile.auth.oauth2]\n    client_id = \"influxctl\"\n"))
        #expect(table.hasSuffix("\n# end\n"))
    }

    @Test func `a table of another thing between is passed over`() throws {
        let text = "[[profile]]\nname = \"default\"\n[other]\nhost = \"keep\"\n[profile.tls]\ninsecure = false\n"
        let merged = try Self.merge(text)
        #expect(merged.contains("[other]\nhost = \"keep\"\n"))
        #expect(merged.contains("name = \"default\"\nproduct = \"clustered\"\nhost = \"influxdb.example.com\"\n"))
    }

    @Test(arguments: [
        "profile = [ { name = \"default\" } ]",
        "[[profile]]\nname = \"default\"\nauth = { oauth2 = { client_id = \"x\" } }\n",
        "[[profile]]\nname = \"default\"\n[profile.auth.oauth2.scopes]\nx = 1\n",
        "[[profile]]\nname = \"default\"\n[[profile]]\nname = \"default\"\n",
        "[[profile]]\nname = \"default\"\nproduct = \"dedicated\"\n",
        "profile = 7\n",
    ])
    func `what cannot be edited is said, and nothing is changed`(text: String) throws {
        let error = #expect(throws: InfluxctlError.self) { try Self.merge(text) }
        #expect(error?.code == .notEditable)
        #expect(error?.message.hasPrefix("cannot edit") == true)
    }

    @Test(arguments: ["[[profile]\n", "a = \"secret\n", "a = 1\na = 2\n", "\u{0}"])
    func `what is no TOML is refused without repeating it`(text: String) {
        let error = #expect(throws: InfluxctlError.self) { try InfluxctlConfiguration(Array(text.utf8)) }
        #expect(error?.code == .unreadable)
        #expect(error?.message.contains("secret") == false)
        #expect(throws: InfluxctlError.self) { try InfluxctlConfiguration([0xFF, 0xFE]) }
    }

    @Test func `keys that influxctl refuses are named`() throws {
        let text = """
            [[profile]]
            name = "a"
            hots = "x"
            [profile.auth.oauth2]
            client_secret = "s"
            parameters = { anything = "goes" }
            """
        let configuration = try InfluxctlConfiguration(Array(text.utf8))
        #expect(configuration.profileNames == ["a"])
        #expect(configuration.unknownKeys == ["profile a: auth.oauth2.client_secret", "profile a: hots"])
        #expect(try InfluxctlConfiguration(Array(Self.profile.text.utf8)).unknownKeys.isEmpty)
    }
}
