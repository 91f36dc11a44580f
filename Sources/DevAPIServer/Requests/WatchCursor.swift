// Grantor
// SPDX-License-Identifier: Apache-2.0

import KubeCore

/// Where one watcher stands in the history.
final class WatchCursor: Sendable {
    func next() async -> [WatchSubscription.Event]? {
        nil
    }
}
