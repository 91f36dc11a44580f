// Grantor
// SPDX-License-Identifier: Apache-2.0

import KubeCore

extension BuiltInResources {
    /// Events in their two versions, which are stored once: as those of the core group.
    static let events: [ResourceDefinition] = [coreEvents, groupEvents]

    private static let series: StructuralSchema = .goStruct(
        "EventSeries",
        "How often this event was seen.",
        [
            "count": .whole("How often."),
            "lastObservedTime": .time("When last."),
        ]
    )

    private static let source: StructuralSchema = .goStruct(
        "EventSource",
        "Who reported the event.",
        ["component": .text("Component."), "host": .text("Node.")]
    )

    private static let coreEvents = define(
        "Event",
        "events",
        shortNames: ["ev"],
        selectableFields: [
            "involvedObject.kind", "involvedObject.namespace", "involvedObject.name", "involvedObject.uid",
            "involvedObject.apiVersion", "involvedObject.resourceVersion", "involvedObject.fieldPath", "reason",
            "reportingComponent", "source", "type",
        ],
        "Event is a report of an event somewhere in the cluster.",
        required: ["involvedObject"],
        [
            "involvedObject": objectReference("The object that this event is about."),
            "reason": .text("Why, one word for programs."),
            "message": .text("What happened, for people."),
            "source": source,
            "firstTimestamp": .time("When the event was first seen."),
            "lastTimestamp": .time("When the event was last seen."),
            "count": .whole("How often the event was seen."),
            "type": .text("Normal or Warning."),
            "eventTime": .time("When the event was first seen, to the microsecond."),
            "series": series,
            "action": .text("What was done or failed."),
            "related": objectReference("A second object."),
            "reportingComponent": .text("Name of the controller."),
            "reportingInstance": .text("Name of the controller's instance."),
        ]
    )

    private static let groupEvents: ResourceDefinition = {
        var definition = define(
            "Event",
            "events",
            group: "events.k8s.io",
            shortNames: ["ev"],
            selectableFields: [
                "regarding.kind", "regarding.namespace", "regarding.name", "regarding.uid", "regarding.apiVersion",
                "regarding.resourceVersion", "regarding.fieldPath", "reason", "reportingController", "type",
            ],
            "Event is a report of an event somewhere in the cluster.",
            [
                "eventTime": .time("When the event was first seen, to the microsecond."),
                "series": series,
                "reportingController": .text("Name of the controller."),
                "reportingInstance": .text("Name of the controller's instance."),
                "action": .text("What was done or failed."),
                "reason": .text("Why, one word for programs."),
                "regarding": objectReference("The object that this event is about."),
                "related": objectReference("A second object."),
                "note": .text("What happened, for people."),
                "type": .text("Normal or Warning."),
                "deprecatedSource": source,
                "deprecatedFirstTimestamp": .time("When the event was first seen."),
                "deprecatedLastTimestamp": .time("When the event was last seen."),
                "deprecatedCount": .whole("How often the event was seen."),
            ]
        )
        definition.storageKey = "events"
        return definition
    }()

    /// Members of a core Event beside those of `events.k8s.io/v1`; the rest have one name.
    private static let eventNames: KeyValuePairs<String, String> = [
        "involvedObject": "regarding",
        "message": "note",
        "reportingComponent": "reportingController",
        "source": "deprecatedSource",
        "firstTimestamp": "deprecatedFirstTimestamp",
        "lastTimestamp": "deprecatedLastTimestamp",
        "count": "deprecatedCount",
    ]

    /// An Event in the words of the other version, `v1` or `events.k8s.io/v1`; itself when it is in it already.
    static func event(_ object: JSONValue, in apiVersion: String) -> JSONValue {
        guard var members = object.object, members["apiVersion"]?.string != apiVersion else { return object }
        members["apiVersion"] = .string(apiVersion)
        for (core, other) in eventNames {
            let (from, to) = apiVersion == "v1" ? (other, core) : (core, other)
            guard let value = members[from] else { continue }
            members[from] = nil
            members[to] = value
        }
        return .object(members)
    }
}
