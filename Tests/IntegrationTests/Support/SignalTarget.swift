// Grantor
// SPDX-License-Identifier: Apache-2.0

import Subprocess
import Synchronization

/// Where the signals for a program go as long as it is watched; afterwards they go nowhere.
///
/// The system names a program that runs by the number of a descriptor, and gives that number to the next one as soon
/// as it is free: a signal sent too late would end a program of another test.
final class SignalTarget: Sendable {
    private let action: Mutex<(@Sendable (Subprocess.Signal) throws -> Void)?>

    /// Creates a target, which must end before the descriptor is closed.
    init(_ action: @escaping @Sendable (Subprocess.Signal) throws -> Void) {
        self.action = Mutex(action)
    }

    /// Sends a signal.
    ///
    /// - Throws: `SubprocessError` when the system refuses it.
    func send(_ signal: Subprocess.Signal) throws {
        // Under the lock, so that the descriptor is not closed in between.
        try action.withLock { try $0?(signal) }
    }

    /// Lets no signal through any more.
    func end() {
        action.withLock { $0 = nil }
    }
}
