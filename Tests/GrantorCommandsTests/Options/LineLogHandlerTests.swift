// Grantor
// SPDX-License-Identifier: Apache-2.0

import Logging
import Synchronization
import Testing

@testable import GrantorCommands

struct LineLogHandlerTests {
    private final class Lines: Sendable {
        let text = Mutex("")
    }

    private func text(_ level: Logger.Level, _ body: (inout Logger) -> Void) -> String {
        let lines = Lines()
        var logger = Logger(label: "x") { _ in
            LineLogHandler(level: level) { line in lines.text.withLock { $0 += line } }
        }
        body(&logger)
        return lines.text.withLock { $0 }
    }

    @Test func `a line holds time, level, message and what belongs to it`() {
        let text = text(.info) { logger in
            logger[metadataKey: "b"] = "logger"
            logger[metadataKey: "c"] = "3"
            logger.warning("it happened", metadata: ["b": "event", "a": "two words"])
            logger.debug("not told")
        }
        #expect(text.dropFirst(20) == " warning it happened  a=\"two words\" b=event c=3\n")
        #expect(text.prefix(20).last == "Z")
    }

    @Test func `what somebody else wrote cannot break a line`() {
        let text = text(.info) { $0.info("x", metadata: ["value": "a\n\u{1B}[2J\"b"]) }
        #expect(text.hasSuffix(#"value="a\n\u001b[2J\"b""# + "\n"))
        #expect(text.split(separator: "\n").count == 1)
    }

    @Test func `the HTTP server's own lines are for level debug`() {
        func log(_ logger: inout Logger) {
            logger.info("Server started", source: "HummingbirdCore")
        }
        #expect(text(.info, log).isEmpty)
        #expect(text(.debug, log).contains("Server started"))
    }
}
