// Grantor
// SPDX-License-Identifier: Apache-2.0

import AdminGrants
import KubeController
import KubeCore
import ServiceLifecycle

/// Makes the beginning and the end of leadership a reason to look at everything again.
///
/// Who begins to lead does what waited to be done; who no longer leads drops the figures that another process tells now.
struct LeadershipChanges: Service {
    let elector: LeaderElector
    let scopes: [OperatorScope]
    let queue: WorkQueue<NamespacedName>
    /// Who else wants to know.
    let others: @Sendable () -> Void

    /// Passes changes on until graceful shutdown or cancellation.
    func run() async throws {
        await cancelWhenGracefulShutdown {
            for await isLeading in elector.changes {
                others()
                for scope in scopes {
                    // Nobody knows how urgent it is: what was revoked without a leader may be among it.
                    for key in scope.stores.everyInstance { queue.add(key, priority: isLeading ? .change : .resync) }
                }
            }
            // The elector has ended; a service that returns would end its group.
            await Signal().wait()
        }
    }
}

extension LeadershipChanges: CustomStringConvertible {
    /// The name that the log calls it by; made by reflection it would walk through the stores.
    var description: String { "LeadershipChanges" }
}
