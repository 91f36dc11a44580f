// Grantor
// SPDX-License-Identifier: Apache-2.0

public import KubeCore

/// What a watcher tells about its collection, in order.
///
/// ```
/// restarted  listed*  synced  (applied | deleted)*   restarted  listed* ...
///            \_ what is there _/ \_ what happens _/
/// ```
/// Between `restarted` and `synced` the collection is read anew: what was known before stays the best knowledge until
/// `synced`, and what has not been listed by then is gone. A second `restarted` voids what was listed since the first.
public enum WatcherEvent<Object: Sendable>: Sendable {
    /// The collection is about to be read anew.
    case restarted
    /// Objects that are there; also as single objects, when the list is streamed.
    case listed([Observed<Object>])
    /// All that is there has been listed.
    case synced(resourceVersion: String)
    /// An object is new or changed.
    case applied(Observed<Object>)
    /// An object is gone.
    case deleted(NamespacedName, resourceVersion: String)
}
