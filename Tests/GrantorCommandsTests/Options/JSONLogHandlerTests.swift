// Grantor
// SPDX-License-Identifier: Apache-2.0

import KubeCore
import Logging
import Synchronization
import Testing

@testable import GrantorCommands

struct JSONLogHandlerTests {
    private final class Lines: Sendable {
        let text = Mutex("")
    }

    private func text(_ level: Logger.Level, _ body: (inout Logger) -> Void) -> String {
        let lines = Lines()
        var logger = Logger(label: "grantor") { label in
            JSONLogHandler(label: label, level: level) { line in lines.text.withLock { $0 += line } }
        }
        body(&logger)
        return lines.text.withLock { $0 }
    }

    @Test func `an event is one object, with its metadata under their own names`() throws {
        let text = text(.info) { logger in
            logger[metadataKey: "object.name"] = "logger"
            logger[metadataKey: "reconcile.id"] = "3"
            logger.warning("it happened", metadata: ["object.name": "event", "list": ["a", "b"], "map": ["k": "v"]])
            logger.debug("not told")
        }
        var event = try JSONValue(parsing: text)
        let time = try #require(event["time"]?.string)
        #expect(Timestamp.parse(time) != nil)
        event["time"] = nil
        #expect(
            event == [
                "level": "warning", "logger": "grantor", "message": "it happened", "object.name": "event",
                "reconcile.id": "3", "list": ["a", "b"], "map": ["k": "v"],
            ]
        )
        #expect(text.hasSuffix("}\n"))
    }

    @Test func `what somebody else wrote stays within its line, and cannot pose as another member`() throws {
        let text = text(.info) { $0.info("x", metadata: ["value": "a\n\"b", "level": "critical"]) }
        #expect(text.split(separator: "\n").count == 1)
        let event = try JSONValue(parsing: text)
        #expect(event["value"] == "a\n\"b")
        #expect(event["level"] == "info")
    }
}
