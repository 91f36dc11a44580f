// Grantor
// SPDX-License-Identifier: Apache-2.0

import AsyncHTTPClient
import KubeCore
public import NIOCore
import NIOHTTP1
public import NIOPosix

/// What the device authorization grant asks of a provider.
public protocol DeviceExchange: Sendable {
    /// Asks for codes (RFC 8628, 3.1).
    ///
    /// - Throws: `DeviceGrantError`, or `CancellationError`.
    func authorize(_ request: DeviceRequest) async throws -> DeviceAuthorization

    /// Asks once for the tokens (RFC 8628, 3.4).
    ///
    /// - Throws: `CancellationError` when the task is cancelled; every other failure is an answer.
    func poll(_ authorization: DeviceAuthorization, for request: DeviceRequest) async throws -> PollAnswer
}

/// Speaks with a provider over HTTP, under the policy that keys are fetched with: checked addresses, no proxy, time-outs.
///
/// No redirect is followed: it would carry the device code to a place that nobody named.
public struct DeviceGrantClient: DeviceExchange {
    /// The greatest size of an answer, in bytes.
    private static let maximumAnswer = 64 << 10

    private let deviceURL: HTTPURL
    private let tokenURL: HTTPURL
    private let template: Endpoint
    private let configuration: HTTPKeySetFetcher.Configuration
    private let group: any EventLoopGroup
    private let loader: DocumentLoader

    /// Creates a client.
    ///
    /// - Parameters:
    ///   - metadata: Where the endpoints are.
    ///   - template: An endpoint whose CA bundle and permission for plain `http` hold for these endpoints as well.
    ///   - configuration: The knobs of the transport.
    ///   - eventLoopGroup: The threads that do the I/O.
    ///   - resolver: What finds the addresses of hosts.
    /// - Throws: `DeviceGrantError` with `notOffered` when an endpoint is missing, `invalidAnswer` when it is no URL.
    public init(
        _ metadata: ProviderMetadata,
        like template: Endpoint,
        configuration: HTTPKeySetFetcher.Configuration = .init(),
        eventLoopGroup: any EventLoopGroup = MultiThreadedEventLoopGroup.singleton,
        resolver: any HostResolver = SystemHostResolver()
    ) throws(DeviceGrantError) {
        guard let device = metadata.deviceURL else {
            throw DeviceGrantError(
                .notOffered,
                "cannot log in: the provider has no device authorization endpoint; the grant may not be switched on"
            )
        }
        guard let token = metadata.tokenURL else {
            throw DeviceGrantError(.notOffered, "cannot log in: it is not known where the provider gives tokens")
        }
        deviceURL = try Self.url(device, "device_authorization_endpoint")
        tokenURL = try Self.url(token, "token_endpoint")
        self.template = template
        self.configuration = configuration
        group = eventLoopGroup
        var limited = configuration
        limited.limits.bytes = Self.maximumAnswer
        loader = DocumentLoader(configuration: limited, group: eventLoopGroup, resolver: resolver)
    }

    /// Asks for codes.
    public func authorize(_ request: DeviceRequest) async throws -> DeviceAuthorization {
        var form = request.parameters
        form["client_id"] = request.clientID
        if !request.scopes.isEmpty { form["scope"] = request.scopes.joined(separator: " ") }
        let answer = try await post(form, to: deviceURL)
        guard answer.status == 200 else {
            throw OAuthRefusal.error(status: answer.status, body: answer.body, doing: "begin the login")
        }
        guard let body = answer.body else {
            throw DeviceGrantError(.invalidAnswer, "cannot use the answer of the provider: it is not a JSON object")
        }
        return try DeviceAuthorization(body)
    }

    /// Asks once for the tokens.
    public func poll(_ authorization: DeviceAuthorization, for request: DeviceRequest) async throws -> PollAnswer {
        let form = [
            "grant_type": ProviderMetadata.deviceGrantType, "device_code": authorization.deviceCode,
            "client_id": request.clientID,
        ]
        do {
            let answer = try await post(form, to: tokenURL)
            return PollAnswer(status: answer.status, body: answer.body)
        } catch let error as DeviceGrantError {
            return .unavailable(error)
        }
    }

    private static func url(_ text: String, _ name: String) throws(DeviceGrantError) -> HTTPURL {
        do throws(HTTPURL.Problem) {
            return try HTTPURL(text)
        } catch {
            throw DeviceGrantError(.invalidAnswer, "cannot use the provider's \(name): it is no URL")
        }
    }
}

// MARK: - Transport

extension DeviceGrantClient {
    private struct Answer {
        let status: Int
        /// The body; `nil` when it is no JSON object.
        let body: JSONObject?
    }

    /// Sends a form, within the total time-out.
    ///
    /// - Throws: `DeviceGrantError`, or `CancellationError`.
    private func post(_ form: [String: String], to url: HTTPURL) async throws -> Answer {
        let limit = configuration.totalTimeout
        do {
            return try await withThrowingTaskGroup(of: Answer.self) { group in
                group.addTask { try await send(form, to: url) }
                group.addTask {
                    try await Task.sleep(for: limit)
                    throw KeySetError(.timedOut, "no complete answer in time")
                }
                defer { group.cancelAll() }
                guard let answer = try await group.next() else { throw CancellationError() }
                return answer
            }
        } catch let error as KeySetError {
            // The transport's messages speak of the keys that it fetches otherwise.
            let reason = error.message.firstRange(of: ": ").map { String(error.message[$0.upperBound...]) }
            throw DeviceGrantError(.unreachable, "cannot reach the provider: \(reason ?? error.message)", cause: error)
        }
    }

    /// Tries the checked addresses one after the other; an address that took the request is the last one tried.
    private func send(_ form: [String: String], to url: HTTPURL) async throws -> Answer {
        try loader.check(url, for: template)
        var failure: any Error = CancellationError()
        for address in try await loader.checkedAddresses(of: url) {
            do {
                return try await request(form, url, address)
            } catch let error as KeySetError where error.code == .unreachable {
                failure = error
            }
            try Task.checkCancellation()
        }
        throw failure
    }

    private func request(_ form: [String: String], _ url: HTTPURL, _ address: IPAddress) async throws -> Answer {
        // One event loop: a server that answers before the end of a form must not find the client in two minds.
        let client = HTTPClient(
            eventLoopGroupProvider: .shared(group.next()),
            configuration: loader.clientConfiguration(url, .direct(address), caBundle: template.caBundle)
        )
        let result: Result<Answer, any Error>
        do {
            result = .success(try await exchange(client, form, url))
        } catch {
            result = .failure(error)
        }
        try await client.shutdown()
        do {
            return try result.get()
        } catch {
            try Task.checkCancellation()
            throw TransportFailure.failure(for: error)
        }
    }

    private func exchange(_ client: HTTPClient, _ form: [String: String], _ url: HTTPURL) async throws -> Answer {
        var request = HTTPClientRequest(url: url.text)
        request.method = .POST
        request.headers.add(name: "Accept", value: "application/json")
        request.headers.add(name: "Content-Type", value: "application/x-www-form-urlencoded")
        request.headers.add(name: "User-Agent", value: configuration.userAgent)
        request.headers.add(name: "Connection", value: "close")
        request.body = .bytes(ByteBuffer(string: FormText.encode(form)))
        let response = try await client.execute(request, timeout: TimeAmount(configuration.totalTimeout))
        let body = try await loader.read(response)
        return Answer(status: Int(response.status.code), body: (try? JSONValue(parsing: body))?.object)
    }
}
