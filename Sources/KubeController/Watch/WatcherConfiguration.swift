// Grantor
// SPDX-License-Identifier: Apache-2.0

public import Logging

/// The habits of a watcher.
public struct WatcherConfiguration: Sendable {
    /// The greatest number of objects in a page of a consistent list.
    public var pageSize = 500
    /// Whether lists are streamed (`sendInitialEvents`) where the server can do that.
    public var streamsLists = true
    /// The shortest time after which the server is asked to end a watch.
    public var minimumWatchTime: Duration = .seconds(300)
    /// The longest time after which the server is asked to end a watch.
    public var maximumWatchTime: Duration = .seconds(600)
    /// How long after that time the client ends the watch itself.
    public var watchGrace: Duration = .seconds(15)
    /// A watch that ends sooner than this, and without an event, counts as a failure.
    public var shortWatch: Duration = .seconds(1)
    /// After this time an open watch counts as a good answer; above the time a request may take.
    public var establishedAfter: Duration = .seconds(31)
    /// The longest silence in a streaming list before it is given up.
    public var initialEventsQuiet: Duration = .seconds(10)
    /// The longest time a streaming list may take before it is given up.
    public var initialEventsLimit: Duration = .seconds(120)

    /// At which level it is told, while nothing was read yet, that somebody has to change something first.
    public var levelBeforeSync: Logger.Level = .warning

    /// Creates the configuration of the defaults.
    public init() {}
}
