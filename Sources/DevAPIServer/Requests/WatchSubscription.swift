// Grantor
// SPDX-License-Identifier: Apache-2.0

import KubeCore

/// One watcher's view of the history: pulled by the connection that serves it.
struct WatchSubscription: Sendable {
}
