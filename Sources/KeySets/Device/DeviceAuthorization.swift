// Grantor
// SPDX-License-Identifier: Apache-2.0

import KubeCore

/// What a client asks for with the device authorization grant.
public struct DeviceRequest: Sendable, Hashable {
    /// The client's id; it has no secret.
    public var clientID: String
    /// The scopes; none leaves them to the provider.
    public var scopes: [String]
    /// Further parameters, such as Auth0's `audience`.
    public var parameters: [String: String]

    /// Creates a request.
    public init(clientID: String, scopes: [String] = [], parameters: [String: String] = [:]) {
        self.clientID = clientID
        self.scopes = scopes
        self.parameters = parameters
    }
}

/// The answer of the device authorization endpoint (RFC 8628, 3.2).
public struct DeviceAuthorization: Sendable {
    /// What the person enters; printable ASCII.
    public let userCode: String
    /// Where the person enters it; a URL that was checked.
    public let verificationURI: String
    /// The same with the code in it, for a QR code.
    public let verificationURIComplete: String?
    /// How long the codes are good for.
    public let expiresIn: Duration
    /// The least time between two requests for the token.
    public let interval: Duration
    /// What the client shows to the token endpoint; whoever has it can fetch the tokens, so that it is never printed.
    let deviceCode: String

    /// Creates an authorization.
    public init(
        deviceCode: String,
        userCode: String,
        verificationURI: String,
        verificationURIComplete: String? = nil,
        expiresIn: Duration,
        interval: Duration = .seconds(5)
    ) {
        self.deviceCode = deviceCode
        self.userCode = userCode
        self.verificationURI = verificationURI
        self.verificationURIComplete = verificationURIComplete
        self.expiresIn = expiresIn
        self.interval = interval
    }

    /// Reads an answer.
    ///
    /// What is shown to a person is checked: codes of printable ASCII, addresses that are `https` or `http` URLs.
    ///
    /// - Throws: `DeviceGrantError` with `invalidAnswer`.
    init(_ members: JSONObject) throws(DeviceGrantError) {
        guard let deviceCode = members["device_code"]?.string, (1...4096).contains(deviceCode.utf8.count),
            let userCode = members["user_code"]?.string, (1...64).contains(userCode.utf8.count),
            userCode.utf8.allSatisfy({ (0x20...0x7E).contains($0) })
        else { throw Self.invalid("it has no device_code and user_code that can be used") }
        // The name of early drafts; some servers still send it.
        guard let uri = (members["verification_uri"] ?? members["verification_url"])?.string,
            (try? HTTPURL(uri)) != nil
        else { throw Self.invalid("its verification_uri is no URL") }
        guard let expiresIn = Self.seconds(members["expires_in"]), expiresIn > 0 else {
            throw Self.invalid("its expires_in is no number of seconds")
        }
        let complete = members["verification_uri_complete"]?.string
        self.init(
            deviceCode: deviceCode,
            userCode: userCode,
            verificationURI: uri,
            verificationURIComplete: complete.flatMap { (try? HTTPURL($0)) == nil ? nil : $0 },
            expiresIn: .seconds(min(expiresIn, 86_400)),
            interval: .seconds(min(max(Self.seconds(members["interval"]) ?? 5, 1), 300))
        )
    }

    private static func invalid(_ reason: String) -> DeviceGrantError {
        DeviceGrantError(.invalidAnswer, "cannot use the answer of the device authorization endpoint: \(reason)")
    }

    /// A number of seconds; older versions of Entra and AD FS send it as a string.
    private static func seconds(_ value: JSONValue?) -> Int64? {
        switch value {
        case .integer(let number): number
        case .number(let number) where number.magnitude < 1e9: Int64(number)
        case .string(let text): Int64(text)
        default: nil
        }
    }
}
