// Grantor
// SPDX-License-Identifier: Apache-2.0

import Rendering
import Testing

/// Random files, put together of pieces whose text is known, so that what must not change is known as well.
struct InfluxctlMergePropertyTests {
    /// Numbers that a seed determines (Knuth's 64-bit congruential generator).
    private struct Dice: RandomNumberGenerator {
        var state: UInt64

        mutating func next() -> UInt64 {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return state ^ (state >> 29)
        }

        mutating func one<Element>(of elements: [Element], else other: Element) -> Element {
            elements.randomElement(using: &self) ?? other
        }
    }

    private static let fillers = [
        "", "# [[profile]]\n", "\n", "  \t\n", "# name = \"default\"\n", "[other]\nhost = \"x\"\n",
        "[[list]]\n[[list]]\n",
    ]
    private static let lines = [
        "database = \"a # b\"\n", "token = '''\n[[profile]]\nname = \"default\"\n'''\n",
        "mgmt_token = \"\"\"q\\\"\"\"\"\n",
        "  [profile.tls]\n    ca = 'C:\\path\\'\n", "cluster_id = \"\\u00e9\" # é\n",
        "account_id = [ # one\n \"]\", # ]\n 'x',\n]\n",
    ]

    private static func profile(_ name: String, _ dice: inout Dice) -> String {
        var text = "[[profile]]\(dice.one(of: ["", " # a", "\t"], else: ""))\n"
        text += dice.one(of: ["name = \"\(name)\"\n", "  name='\(name)' # n\n"], else: "")
        for line in lines.shuffled(using: &dice).prefix(2).sorted(by: {
            !$0.contains("[profile.") && $1.contains("[profile.")
        }) {
            text += line
        }
        return text
    }

    private static let wanted = InfluxctlProfile(
        host: "h",
        port: "1",
        clientID: "c",
        parameters: ["a b": "é\"\\\u{1}"],
        deviceURL: "https://d",
        tokenURL: "https://t"
    )

    @Test(arguments: 0..<200)
    func `every byte outside the profile stays, and a second time changes nothing`(seed: UInt64) throws {
        var dice = Dice(state: seed)
        var pieces: [String] = []
        let others = Int.random(in: 0...3, using: &dice)
        for index in 0..<others {
            pieces.append(dice.one(of: Self.fillers.filter { !$0.contains("[[list]]") }, else: ""))
            pieces.append(Self.profile("p\(index)", &dice))
        }
        let place = Int.random(in: 0...(pieces.count / 2), using: &dice) * 2
        let hasOwn = Bool.random(using: &dice)
        let before = pieces[..<place].joined()
        let own = hasOwn ? Self.profile("default", &dice) : ""
        let after = pieces[place...].joined()
        let isWindows = Bool.random(using: &dice)
        func text(_ text: String) -> [UInt8] {
            Array((isWindows ? text.replacing("\n", with: "\r\n") : text).utf8)
        }
        let source = text(before + own + after)
        // A table of the same name twice is no TOML; such a file is none of ours.
        guard let configuration = try? InfluxctlConfiguration(source) else { return }
        let merged = try configuration.merging(Self.wanted)
        #expect(try merged.merging(Self.wanted).bytes == merged.bytes)
        #expect(merged.profileNames == configuration.profileNames + (hasOwn ? [] : ["default"]))
        if hasOwn {
            #expect(merged.bytes.starts(with: text(before)))
            #expect(merged.bytes.suffix(text(after).count) == text(after)[...])
        } else {
            #expect(merged.bytes.starts(with: source))
        }
        if isWindows, !source.isEmpty { #expect(!merged.bytes.split(separator: 0x0A).contains { $0.last != 0x0D }) }
    }
}
