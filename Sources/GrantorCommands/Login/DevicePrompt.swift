// Grantor
// SPDX-License-Identifier: Apache-2.0

import FoundationEssentials
import KeySets
import KubeCore
import Rendering

/// Shows a person where to log in and which code to enter, and how much time is left.
struct DevicePrompt: Sendable {
    /// Where it is shown; not where the verdict goes.
    let stream: StandardStream
    /// How text is set apart.
    let style: TerminalStyle
    /// Whether a QR code is drawn.
    let qr: QRChoice

    /// Logs a person in.
    ///
    /// - Throws: What `DeviceLogin.tokens(for:show:)` throws.
    func login(_ login: DeviceLogin, for request: DeviceRequest) async throws -> TokenAnswer {
        let shown = Pending<Duration>()
        return try await withThrowingTaskGroup(of: TokenAnswer?.self) { group in
            group.addTask {
                try await login.tokens(for: request) { authorization in
                    try stream.write(text(authorization))
                    shown.fulfil(authorization.expiresIn)
                }
            }
            if stream.isTerminal {
                group.addTask {
                    try await countDown(try await shown.value)
                    return nil
                }
            }
            defer {
                group.cancelAll()
                if stream.isTerminal { try? stream.write("\r\u{1B}[K") }
            }
            while let outcome = try await group.next() {
                if let outcome { return outcome }
            }
            throw CancellationError()
        }
    }

    /// What is shown once.
    func text(_ authorization: DeviceAuthorization) -> String {
        var lines = [
            "", "To log in, open", "", "    \(style.text(authorization.verificationURI, .cyan))", "",
            "and enter the code", "", "    \(style.text(authorization.userCode, .bold))", "",
        ]
        if let complete = authorization.verificationURIComplete {
            lines += ["or open, with the code in it,", "", "    \(style.text(complete, .cyan))", ""]
        }
        lines += qrLines(authorization.verificationURIComplete ?? authorization.verificationURI)
        lines.append("The code is good for \(Self.clockText(authorization.expiresIn)). Ctrl-C cancels.")
        return lines.joined(separator: "\n") + "\n"
    }

    private func qrLines(_ address: String) -> [String] {
        let environment = ProcessInfo.processInfo.environment
        guard qr.isWanted(isTerminal: stream.isTerminal, environment: environment), let code = QRCode(address) else {
            return []
        }
        // Light on dark whatever the terminal's own colours are; without colours, as it has them.
        let (before, after) = style.isEnabled ? ("\u{1B}[97;40m", "\u{1B}[0m") : ("", "")
        return code.halfBlocks().map { "    \(before)\($0)\(after)" } + [""]
    }

    private func countDown(_ time: Duration) async throws {
        let clock = ContinuousClock()
        let end = clock.now + time
        while true {
            let left = end - clock.now
            guard left > .zero else { return }
            try stream.write("\r\(style.text("Waiting: \(Self.clockText(left)) left", .dim))\u{1B}[K")
            try await clock.sleep(for: .seconds(1))
        }
    }

    /// Minutes and seconds, as in `9:05`.
    static func clockText(_ time: Duration) -> String {
        let seconds = max(0, time.components.seconds)
        let rest = seconds % 60
        return "\(seconds / 60):" + (rest < 10 ? "0" : "") + "\(rest)"
    }
}
