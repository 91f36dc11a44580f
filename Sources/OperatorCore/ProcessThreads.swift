// Grantor
// SPDX-License-Identifier: Apache-2.0

import NIOCore

/// How many threads a process that is an operator and nothing else gives to its connections.
public enum ProcessThreads {
    /// Keeps all connections on one event loop; call it once, before anything is connected.
    ///
    /// A loop has at most a few megabytes a second to carry here. With one for each core a request wakes more threads
    /// than it has work for, and each keeps buffers of its own.
    public static func useOneEventLoop() {
        NIOSingletons.groupLoopCountSuggestion = 1
    }
}
