// Grantor
// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Testing

@testable import GrantorCommands

struct TerminalStyleTests {
    @Test func `by itself only a terminal that can is coloured`() {
        #expect(TerminalStyle(.auto, isTerminal: true, environment: ["TERM": "xterm"]).isEnabled)
        #expect(!TerminalStyle(.auto, isTerminal: true, environment: ["TERM": "dumb"]).isEnabled)
        #expect(!TerminalStyle(.auto, isTerminal: false, environment: [:]).isEnabled)
    }

    @Test(arguments: [ColorChoice.auto, .always, .never])
    func `nothing is coloured with NO_COLOR`(_ choice: ColorChoice) {
        #expect(!TerminalStyle(choice, isTerminal: true, environment: ["NO_COLOR": "1"]).isEnabled)
        // An empty variable counts as none (no-color.org).
        #expect(TerminalStyle(choice, isTerminal: true, environment: ["NO_COLOR": ""]).isEnabled == (choice != .never))
    }

    @Test func `what was asked for holds`() {
        #expect(TerminalStyle(.always, isTerminal: false, environment: ["TERM": "dumb"]).isEnabled)
        #expect(!TerminalStyle(.never, isTerminal: true, environment: [:]).isEnabled)
    }

    @Test func `the flags are taken, the last one counts`() throws {
        #expect(try ColorOptions.parse([]).color == .auto)
        #expect(try ColorOptions.parse(["--color"]).color == .always)
        #expect(try ColorOptions.parse(["--color", "--no-color"]).color == .never)
    }

    @Test func `text is wrapped or left as it is`() {
        #expect(TerminalStyle(isEnabled: true).text("x", .red) == "\u{1B}[31mx\u{1B}[0m")
        #expect(TerminalStyle(isEnabled: true).text("", .red) == "")
        #expect(TerminalStyle(isEnabled: false).text("x", .red) == "x")
    }
}
