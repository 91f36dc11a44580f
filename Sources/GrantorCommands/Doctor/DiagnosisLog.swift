// Grantor
// SPDX-License-Identifier: Apache-2.0

import Synchronization

/// What was found so far; whoever runs out of time still has that.
final class DiagnosisLog: Sendable {
    private let state = Mutex<[Diagnosis]>([])

    /// What was found so far.
    var diagnoses: [Diagnosis] { state.withLock(\.self) }

    /// Adds what a check found.
    func add(_ diagnoses: [Diagnosis]) {
        state.withLock { $0 += diagnoses }
    }
}
