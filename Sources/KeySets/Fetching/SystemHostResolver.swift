// Grantor
// SPDX-License-Identifier: Apache-2.0

public import KubeCore
import NIOPosix
import Synchronization

#if canImport(Darwin)
import Darwin
#elseif canImport(Musl)
import Musl
#else
import Glibc
#endif

/// Asks the system (`getaddrinfo`): hosts file, search domains and name servers as configured.
///
/// The call blocks and cannot be interrupted, for longer than a fetch may take. So each runs on a thread of its own,
/// and a cancelled caller leaves it behind: one name server that hangs delays nobody else.
public struct SystemHostResolver: HostResolver {
    /// The greatest number of lookups at one time, those left behind included.
    private static let maximumLookups = 64
    private static let running = Mutex(0)

    /// Creates a resolver.
    public init() {}

    /// The addresses of a host name in the order they should be tried; never empty.
    ///
    /// - Throws: `KeySetError` with `nameNotResolved`, or `CancellationError` at once when the task is cancelled.
    public func addresses(of host: String) async throws -> [IPAddress] {
        let admitted = Self.running.withLock { count in
            guard count < Self.maximumLookups else { return false }
            count += 1
            return true
        }
        guard admitted else {
            throw KeySetError(.timedOut, "cannot resolve the host: too many lookups are unanswered")
        }
        let answer = Answer()
        return try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                answer.deliver(to: continuation)
                let pool = NIOThreadPool(numberOfThreads: 1)
                pool.start()
                pool.submit { _ in
                    answer.give(Result { try Self.lookUp(host) })
                    Self.running.withLock { $0 -= 1 }
                    pool.shutdownGracefully { _ in }
                }
            }
        } onCancel: {
            answer.give(.failure(CancellationError()))
        }
    }

    /// The first answer, from the lookup or from cancellation, whichever comes before the other.
    private final class Answer: Sendable {
        private enum State {
            /// Nobody waits yet.
            case idle
            /// Somebody waits; next comes `done`.
            case awaited(CheckedContinuation<[IPAddress], any Error>)
            /// Answered before anybody waited; next comes `done`.
            case given(Result<[IPAddress], any Error>)
            /// Answered and delivered.
            case done
        }

        private let state = Mutex(State.idle)

        func deliver(to continuation: CheckedContinuation<[IPAddress], any Error>) {
            let result = state.withLock { state -> Result<[IPAddress], any Error>? in
                if case .given(let result) = state {
                    state = .done
                    return result
                }
                state = .awaited(continuation)
                return nil
            }
            if let result { continuation.resume(with: result) }
        }

        func give(_ result: Result<[IPAddress], any Error>) {
            let continuation = state.withLock { state -> CheckedContinuation<[IPAddress], any Error>? in
                switch state {
                case .idle:
                    state = .given(result)
                    return nil
                case .awaited(let continuation):
                    state = .done
                    return continuation
                case .given, .done:
                    return nil
                }
            }
            continuation?.resume(with: result)
        }
    }

    private static func lookUp(_ host: String) throws -> [IPAddress] {
        var hints = addrinfo()
        hints.ai_family = AF_UNSPEC
        #if canImport(Glibc)
        hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        #else
        hints.ai_socktype = SOCK_STREAM
        #endif
        var list: UnsafeMutablePointer<addrinfo>?
        let status = getaddrinfo(host, nil, &hints, &list)
        defer { if let list { freeaddrinfo(list) } }
        var result: [IPAddress] = []
        var next = status == 0 ? list : nil
        while let info = next {
            if let address = address(of: info.pointee), !result.contains(address) { result.append(address) }
            next = info.pointee.ai_next
        }
        guard !result.isEmpty else {
            throw KeySetError(.nameNotResolved, "cannot resolve the host: it has no address")
        }
        return result
    }

    private static func address(of info: addrinfo) -> IPAddress? {
        guard let pointer = info.ai_addr else { return nil }
        let raw = UnsafeRawBufferPointer(start: pointer, count: Int(info.ai_addrlen))
        switch info.ai_family {
        case AF_INET where raw.count >= MemoryLayout<sockaddr_in>.size:
            return .v4(UInt32(bigEndian: raw.loadUnaligned(as: sockaddr_in.self).sin_addr.s_addr))
        case AF_INET6 where raw.count >= MemoryLayout<sockaddr_in6>.size:
            return withUnsafeBytes(of: raw.loadUnaligned(as: sockaddr_in6.self).sin6_addr) { bytes in
                .v6(
                    UInt64(bigEndian: bytes.loadUnaligned(as: UInt64.self)),
                    UInt64(bigEndian: bytes.loadUnaligned(fromByteOffset: 8, as: UInt64.self))
                )
            }
        default:
            return nil
        }
    }
}
