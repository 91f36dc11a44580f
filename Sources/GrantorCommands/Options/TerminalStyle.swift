// Grantor
// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import FoundationEssentials

/// Colours and weights for text on a terminal (ECMA-48, SGR); plain text anywhere else.
struct TerminalStyle: Sendable {
    /// One way to set text apart.
    enum Tone: Int, CaseIterable, Sendable {
        case bold = 1
        case dim = 2
        case red = 31
        case green = 32
        case yellow = 33
        case blue = 34
        case cyan = 36
    }

    /// Whether escape sequences are written.
    let isEnabled: Bool

    init(isEnabled: Bool) {
        self.isEnabled = isEnabled
    }

    /// Decides for a stream: never with `NO_COLOR` (no-color.org), else as asked, else on a terminal that can.
    init(_ choice: ColorChoice = .auto, for stream: StandardStream) {
        self.init(
            choice,
            isTerminal: stream.isTerminal,
            environment: ProcessInfo.processInfo.environment
        )
    }

    init(_ choice: ColorChoice, isTerminal: Bool, environment: [String: String]) {
        let isForbidden = environment["NO_COLOR"]?.isEmpty == false
        switch choice {
        case _ where isForbidden: isEnabled = false
        case .never: isEnabled = false
        case .always: isEnabled = true
        case .auto: isEnabled = isTerminal && environment["TERM"] != "dumb"
        }
    }

    /// The text in that tone; as it is when nothing is coloured.
    func text(_ text: String, _ tone: Tone) -> String {
        isEnabled && !text.isEmpty ? "\u{1B}[\(tone.rawValue)m\(text)\u{1B}[0m" : text
    }
}

/// When output is coloured.
enum ColorChoice: String, CaseIterable, EnumerableFlag, Sendable {
    /// On a terminal.
    case auto
    /// Also in a file or a pipe.
    case always
    /// Nowhere.
    case never

    /// `--color` and `--no-color`; what holds without either has no flag.
    static var allCases: [ColorChoice] { [.always, .never] }

    static func name(for value: ColorChoice) -> NameSpecification {
        .customLong(value == .never ? "no-color" : "color")
    }

    static func help(for value: ColorChoice) -> ArgumentHelp? {
        switch value {
        case .always: "Colour the output also where it goes to a file or a pipe; never with NO_COLOR."
        case .auto, .never: "Do not colour the output, not even on a terminal."
        }
    }
}

/// `--color` and `--no-color`.
struct ColorOptions: ParsableArguments {
    @Flag(exclusivity: .chooseLast)
    var color: ColorChoice = .auto

    /// How text on a stream is set apart.
    func style(for stream: StandardStream = .output) -> TerminalStyle {
        TerminalStyle(color, for: stream)
    }
}
