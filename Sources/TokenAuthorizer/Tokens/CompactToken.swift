// Grantor
// SPDX-License-Identifier: Apache-2.0

import KubeCore

/// A JWS in compact form (RFC 7515, 7.1), taken apart; nothing in it is trusted yet.
struct CompactToken {
    /// The header.
    let header: TokenHeader
    /// What the signature is over: header and claims as they were sent.
    let signedPart: ArraySlice<UInt8>
    /// The signature.
    let signature: [UInt8]
    /// The claims as they were sent, in base64url.
    private let payload: ArraySlice<UInt8>

    /// Takes a token apart, without looking at its claims.
    init(_ bytes: [UInt8]) throws(DenialReason) {
        guard bytes.count <= TokenLimits.size else { throw .tokenTooLarge }
        let (first, second) = try Self.dots(in: bytes)
        guard let header = StrictBase64URL.decode(bytes[..<first]),
            let signature = StrictBase64URL.decode(bytes[(second + 1)...])
        else { throw .invalidEncoding }
        self.header = try TokenHeader(header)
        self.signature = signature
        payload = bytes[(first + 1)..<second]
        signedPart = bytes[..<second]
    }

    /// The claims; to be asked for once the signature was found to be right.
    func claims(userIDClaim: String) throws(DenialReason) -> TokenClaims {
        // Base64url that is not canonical is a matter of the form, but what is signed is the text.
        guard let bytes = StrictBase64URL.decode(payload) else { throw .invalidPayload }
        return try TokenClaims(bytes, userIDClaim: userIDClaim)
    }

    /// The places of the two dots; the search ends at the fifth part, however many there are.
    private static func dots(in bytes: [UInt8]) throws(DenialReason) -> (first: Int, second: Int) {
        var places = (first: 0, second: 0)
        var count = 0
        for index in bytes.indices where bytes[index] == UInt8(ascii: ".") {
            count += 1
            switch count {
            case 1: places.first = index
            case 2: places.second = index
            case 3: continue
            // RFC 7516, 7.1: an encrypted token has five parts.
            default: throw .encrypted
            }
        }
        guard count == 2 else { throw .notCompact }
        return places
    }
}
