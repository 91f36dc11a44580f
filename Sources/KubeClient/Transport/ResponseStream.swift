// Grantor
// SPDX-License-Identifier: Apache-2.0

import AsyncHTTPClient
import NIOCore
import NIOHTTP1
import Synchronization

/// A response that is read part by part, with a deadline for each.
///
/// At most one part is held back; the connection is not read further before it is taken.
final class ResponseStream: HTTPClientResponseDelegate {
    /// Nothing is made of the response as a whole.
    typealias Response = Void

    private let loop: any EventLoop
    private let state = Mutex(ResponseStreamStateMachine())
    private let task = Mutex<HTTPClient.Task<Void>?>(nil)

    /// Creates a stream whose deadlines are watched on an event loop.
    init(on loop: any EventLoop) {
        self.loop = loop
    }

    /// Takes in the request, so that it can be ended.
    func attach(_ task: HTTPClient.Task<Void>) {
        self.task.withLock { $0 = task }
    }

    /// The next part.
    ///
    /// - Throws: `DeadlinePassed`, `CancellationError`, or an error of the transport.
    func next(within limit: TimeAmount?) async throws -> ResponseStreamStateMachine.Item {
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                let deadline = limit.map { NIODeadline.now() + $0 }
                perform(state.withLock { $0.wait(continuation, until: deadline) })
            }
        } onCancel: {
            abort(CancellationError())
        }
    }

    /// Ends the request; whoever waits gets the error.
    func abort(_ error: any Error) {
        perform(state.withLock { $0.abort(error) })
    }

    /// Takes in the head.
    func didReceiveHead(task: HTTPClient.Task<Void>, _ head: HTTPResponseHead) -> EventLoopFuture<Void> {
        perform(state.withLock { $0.received(head) })
        return task.eventLoop.makeSucceededVoidFuture()
    }

    /// Takes in bytes.
    func didReceiveBodyPart(task: HTTPClient.Task<Void>, _ buffer: ByteBuffer) -> EventLoopFuture<Void> {
        let release = task.eventLoop.makePromise(of: Void.self)
        perform(state.withLock { $0.received(buffer, release: release) })
        return release.futureResult
    }

    /// Takes in that the request failed.
    func didReceiveError(task: HTTPClient.Task<Void>, _ error: any Error) {
        perform(state.withLock { $0.failed(error) })
    }

    /// Takes in the end.
    func didFinishRequest(task: HTTPClient.Task<Void>) {
        perform(state.withLock { $0.finished() })
    }

    private func perform(_ action: ResponseStreamStateMachine.Action) {
        switch action {
        case .none: break
        case .answer(let waiter, let result, let release):
            waiter.resume(with: result)
            release?.succeed()
        case .arm(let deadline):
            loop.scheduleTask(deadline: deadline) { [weak self] in
                guard let self else { return }
                perform(state.withLock { $0.checkDeadline(at: .now()) })
            }
        case .abort(let waiter, let error, let release):
            // First the request, so that nothing more is read for the sake of the bytes released next.
            task.withLock { $0 }?.fail(reason: error)
            waiter?.resume(throwing: error)
            release?.fail(error)
        }
    }
}
