// Grantor
// SPDX-License-Identifier: Apache-2.0

import KubeClient
import KubeCore
import Synchronization
import TestKit

@testable import KubeController

/// A source that answers what a test hands it, and waits when there is nothing.
final class ScriptedSource: ListWatchSource {
    typealias Object = String
    typealias Events = AsyncThrowingStream<SourceEvent<String>, any Error>

    /// What the watcher asked for, in words.
    let calls = Journal<String>()
    private let lists: AsyncStream<Result<SourcePage<String>, any Error>>
    private let listInput: AsyncStream<Result<SourcePage<String>, any Error>>.Continuation
    private let watches: AsyncStream<Events>
    private let watchInput: AsyncStream<Events>.Continuation

    init() {
        (lists, listInput) = AsyncStream.makeStream()
        (watches, watchInput) = AsyncStream.makeStream()
    }

    func answerList(_ items: [Observed<String>] = [], at version: String, continueToken: String = "") {
        listInput.yield(
            .success(SourcePage(items: items, resourceVersion: version, continueToken: continueToken))
        )
    }

    func failList(_ error: any Error) {
        listInput.yield(.failure(error))
    }

    /// Makes the next watch succeed; the test sends its events.
    func openWatch() -> Events.Continuation {
        let (stream, input) = Events.makeStream()
        watchInput.yield(stream)
        return input
    }

    func failWatch(_ error: any Error) {
        openWatch().finish(throwing: error)
    }

    func list(_ options: ListOptions) async throws -> SourcePage<String> {
        calls.append(describe(options))
        for await reply in lists { return try reply.get() }
        throw CancellationError()
    }

    func watch(_ options: WatchOptions) async throws -> Events {
        calls.append(describe(options))
        for await stream in watches { return stream }
        throw CancellationError()
    }
}

/// The parts of a request that decide what comes back.
func describe(_ options: ListOptions) -> String {
    var words = ["list"]
    if options.limit > 0 { words.append("limit=\(options.limit)") }
    if !options.continueToken.isEmpty { words.append("continue=\(options.continueToken)") }
    if !options.resourceVersion.isEmpty { words.append("version=\(options.resourceVersion)") }
    if let match = options.resourceVersionMatch { words.append(match.rawValue) }
    return words.joined(separator: " ")
}

/// The parts of a request that decide what comes back.
func describe(_ options: WatchOptions) -> String {
    var words = ["watch"]
    if options.sendInitialEvents == true { words.append("initial") }
    if !options.resourceVersion.isEmpty { words.append("version=\(options.resourceVersion)") }
    if let match = options.resourceVersionMatch { words.append(match.rawValue) }
    if !options.allowBookmarks { words.append("no bookmarks") }
    return words.joined(separator: " ")
}

/// An event in words.
func describe(_ event: WatcherEvent<String>) -> String {
    switch event {
    case .restarted: "restarted"
    case .listed(let items): "listed " + items.map(describe).joined(separator: " ")
    case .synced(let version): "synced \(version)"
    case .applied(let object): "applied \(describe(object))"
    case .deleted(let key, let version): "deleted \(key)@\(version)"
    }
}

/// An object in words.
func describe(_ object: Observed<String>) -> String {
    switch object.content {
    case .success(let content): "\(object.key)@\(object.resourceVersion)=\(content)"
    case .failure: "\(object.key)@\(object.resourceVersion)!"
    }
}

/// An object that could be read.
func object(_ name: String, _ version: String, _ content: String = "x") -> Observed<String> {
    Observed(key: NamespacedName(namespace: nil, name: name), resourceVersion: version, content)
}

/// An object that could not be read.
func unreadable(_ name: String, _ version: String) -> Observed<String> {
    Observed(
        key: NamespacedName(namespace: nil, name: name),
        resourceVersion: version,
        content: .failure(DecodingFailure("cannot read \(name): spec: Required value"))
    )
}

/// The name of an object of the whole cluster.
func key(_ name: String) -> NamespacedName {
    NamespacedName(namespace: nil, name: name)
}

/// Errors as an API server gives them.
enum Faults {
    static let expired = KubeError(.expired, "cannot watch: too old resource version")
    static let tooLarge = KubeError(.resourceVersionTooLarge, "cannot list: too large resource version")
    static let unreachable = KubeError(.unreachable, "cannot reach the API server")
    static let forbidden = KubeError(.forbidden, "cannot list appinstances: forbidden")
    static let noSuchType = KubeError(.resourceTypeUnknown, "cannot list appinstances: no such resource")
    static let invalid = KubeError(.invalid, "cannot watch: sendInitialEvents is forbidden")
    static let garbled = KubeError(.invalidResponse, "cannot read the answer")
    static let busy = KubeError(
        .tooManyRequests,
        "cannot list: too many requests",
        status: Status(code: 429, reason: "TooManyRequests", message: "slow down", retryAfterSeconds: 7)
    )
}
