// Grantor
// SPDX-License-Identifier: Apache-2.0

/// The habits of an event recorder.
public struct EventRecorderConfiguration: Sendable {
    /// Who reports, as in `grantor.dev/grantor`.
    public var reportingController: String
    /// Which instance of it, mostly the name of the pod.
    public var reportingInstance: String
    /// Occurrences with less than this in between form one series.
    public var seriesWindow: Duration = .seconds(360)
    /// A series is written at most once in this time.
    public var seriesInterval: Duration = .seconds(30)
    /// So many new events about one object are written at once...
    public var burstPerObject = 25
    /// ...and one more after each such time.
    public var refillPerObject: Duration = .seconds(300)
    /// The greatest number of events that wait to be written; a new one that finds no room is dropped.
    public var capacity = 1_000
    /// The greatest number of writes under way; one at a time falls behind the reconciles of a whole fleet.
    public var maximumWrites = 4
    /// The greatest number of series remembered.
    public var maximumSeries = 4_096
    /// How often a write that failed is tried again.
    public var maximumAttempts = 4
    /// How long a graceful shutdown waits for what is left to be written.
    public var flushDeadline: Duration = .seconds(5)

    /// Creates a configuration.
    public init(reportingController: String, reportingInstance: String) {
        self.reportingController = reportingController
        self.reportingInstance = reportingInstance
    }
}
