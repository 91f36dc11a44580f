// Grantor
// SPDX-License-Identifier: Apache-2.0

/// What a refresh sees and does in one namespace.
protocol RefreshCluster: Sendable {
    /// The AppInstance that it is about, for messages: `namespace/name`.
    var instance: String { get }

    /// Looks at what is there.
    ///
    /// - Throws: `KubeError`; `CancellationError`.
    func observe() async throws -> RefreshWorld

    /// The permissions that are missing, in words; empty also when the cluster does not tell.
    ///
    /// - Throws: `CancellationError`.
    func missingPermissions() async throws -> [String]

    /// Takes down what is to be replaced.
    ///
    /// - Throws: `KubeError`; `CancellationError`.
    func write(_ record: RefreshRecord) async throws

    /// Takes the record away.
    ///
    /// - Throws: `KubeError`; `CancellationError`.
    func removeRecord() async throws

    /// Deletes the object of a step, unless another has taken its place; other steps do nothing.
    ///
    /// - Throws: `KubeError`; `CancellationError`.
    func perform(_ step: RefreshPlan.Step) async throws
}
