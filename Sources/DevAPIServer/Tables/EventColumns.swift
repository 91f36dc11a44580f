// Grantor
// SPDX-License-Identifier: Apache-2.0

import FoundationEssentials
import KubeCore

/// The columns of events, of the core group and of `events.k8s.io` alike.
enum EventColumns {
    /// The columns; the name is one of them, shown with `-o wide` alone.
    static let columns: [TableColumn] = [
        TableColumn("Last Seen") { event, now in .string(HumanDuration.since(lastSeen(event), now: now)) },
        text("Type", "type"),
        text("Reason", "reason"),
        TableColumn("Object") { event, _ in
            let object = event["involvedObject"] ?? event["regarding"] ?? [:]
            let kind = BuiltInColumns.string(object, "kind").lowercased()
            return .string("\(kind)/\(BuiltInColumns.string(object, "name"))")
        },
        TableColumn("Subobject", priority: 1) { event, _ in
            .string(BuiltInColumns.string(event["involvedObject"] ?? event["regarding"] ?? [:], "fieldPath"))
        },
        TableColumn("Source", priority: 1) { event, _ in .string(source(event)) },
        TableColumn("Message") { event, _ in .string((event["message"] ?? event["note"])?.string ?? "") },
        TableColumn("First Seen", priority: 1) { event, now in
            .string(HumanDuration.since(firstSeen(event), now: now))
        },
        TableColumn("Count", priority: 1) { event, _ in .integer(count(event)) },
        TableColumn("Name", format: "name", priority: 1) { event, _ in
            .string(BuiltInColumns.string(event, "metadata", "name"))
        },
    ]

    private static func text(_ name: String, _ member: String) -> TableColumn {
        TableColumn(name) { event, _ in .string(event[member]?.string ?? "") }
    }

    private static func source(_ event: JSONValue) -> String {
        let source = event["source"] ?? event["deprecatedSource"] ?? [:]
        let component =
            source["component"]?.string ?? event["reportingComponent"]?.string ?? event["reportingController"]?.string
        return [component ?? "", source["host"]?.string ?? ""].filter { !$0.isEmpty }.joined(separator: ", ")
    }

    private static func firstSeen(_ event: JSONValue) -> String? {
        event["firstTimestamp"]?.string ?? event["deprecatedFirstTimestamp"]?.string ?? event["eventTime"]?.string
    }

    private static func lastSeen(_ event: JSONValue) -> String? {
        event[path: ["series", "lastObservedTime"]]?.string ?? event["lastTimestamp"]?.string
            ?? event["deprecatedLastTimestamp"]?.string ?? firstSeen(event)
    }

    private static func count(_ event: JSONValue) -> Int64 {
        let count = event[path: ["series", "count"]] ?? event["count"] ?? event["deprecatedCount"]
        return max(1, count?.integer ?? 1)
    }
}
