// Grantor
// SPDX-License-Identifier: Apache-2.0

import NIOCore
import NIOHTTP1

/// The hand-over of a response from an event loop to the one task that reads it, one part at a time.
struct ResponseStreamStateMachine {
    /// A part of a response.
    enum Item: Sendable {
        /// The head; always first.
        case head(HTTPResponseHead)
        /// Some bytes of the body.
        case bytes(ByteBuffer)
        /// The end; always last.
        case end
    }

    /// The one who waits for the next part.
    typealias Waiter = CheckedContinuation<Item, any Error>

    /// What to do outside of the lock.
    enum Action {
        /// Nothing.
        case none
        /// Give the waiter its answer, then let the connection read on.
        case answer(Waiter, Result<Item, any Error>, release: EventLoopPromise<Void>?)
        /// Look at the clock at that time.
        case arm(NIODeadline)
        /// Give the waiter an error, if somebody waits, and end the request.
        case abort(Waiter?, any Error, release: EventLoopPromise<Void>?)
    }

    /// What the reader gets when it waits longer than it wanted to.
    struct DeadlinePassed: Error {}

    private enum Ending {
        case finished
        case failed(any Error)
    }

    private var head: HTTPResponseHead?
    private var bytes: (buffer: ByteBuffer, release: EventLoopPromise<Void>)?
    private var ending: Ending?
    private var waiter: (continuation: Waiter, deadline: NIODeadline?)?
    private var armedFor: NIODeadline?

    /// Takes in the head.
    mutating func received(_ head: HTTPResponseHead) -> Action {
        guard ending == nil else { return .none }
        if let continuation = takeWaiter() { return .answer(continuation, .success(.head(head)), release: nil) }
        self.head = head
        return .none
    }

    /// Takes in bytes; the promise is kept until they are taken.
    mutating func received(_ buffer: ByteBuffer, release: EventLoopPromise<Void>) -> Action {
        if case .failed(let error) = ending { return .abort(nil, error, release: release) }
        if let continuation = takeWaiter() {
            return .answer(continuation, .success(.bytes(buffer)), release: release)
        }
        bytes = (buffer, release)
        return .none
    }

    /// Takes in the end.
    mutating func finished() -> Action {
        end(.finished)
    }

    /// Takes in that the request failed; bytes that came before are still handed out.
    mutating func failed(_ error: any Error) -> Action {
        end(.failed(error))
    }

    /// Takes in that somebody waits for the next part, until a deadline.
    mutating func wait(_ continuation: Waiter, until deadline: NIODeadline?) -> Action {
        if let head {
            self.head = nil
            return .answer(continuation, .success(.head(head)), release: nil)
        }
        if let (buffer, release) = bytes {
            bytes = nil
            return .answer(continuation, .success(.bytes(buffer)), release: release)
        }
        switch ending {
        case .finished: return .answer(continuation, .success(.end), release: nil)
        case .failed(let error): return .answer(continuation, .failure(error), release: nil)
        case nil: break
        }
        waiter = (continuation, deadline)
        guard let deadline else { return .none }
        if let armedFor, armedFor <= deadline { return .none }
        armedFor = deadline
        return .arm(deadline)
    }

    /// Takes in that the clock was looked at.
    mutating func checkDeadline(at now: NIODeadline) -> Action {
        armedFor = nil
        guard let deadline = waiter?.deadline else { return .none }
        guard now >= deadline else {
            armedFor = deadline
            return .arm(deadline)
        }
        return abort(DeadlinePassed())
    }

    /// Ends the request from our side.
    mutating func abort(_ error: any Error) -> Action {
        if ending == nil { ending = .failed(error) }
        head = nil
        let release = bytes?.release
        bytes = nil
        return .abort(takeWaiter(), error, release: release)
    }

    private mutating func end(_ ending: Ending) -> Action {
        guard self.ending == nil else { return .none }
        self.ending = ending
        guard let continuation = takeWaiter() else { return .none }
        switch ending {
        case .finished: return .answer(continuation, .success(.end), release: nil)
        case .failed(let error): return .answer(continuation, .failure(error), release: nil)
        }
    }

    private mutating func takeWaiter() -> Waiter? {
        defer { waiter = nil }
        return waiter?.continuation
    }
}
