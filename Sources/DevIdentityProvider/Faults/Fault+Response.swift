// Grantor
// SPDX-License-Identifier: Apache-2.0

import HTTPTypes
import Hummingbird
import NIOCore

extension Fault {
    /// Makes the faulty answer.
    ///
    /// - Parameters:
    ///   - request: What was asked, whose path a redirect loop comes back to.
    ///   - right: The body of the right answer.
    /// - Returns: The answer; `nil` for faults that leave the answer alone or have none.
    func response(to request: Request, inPlaceOf right: [UInt8]) -> Response? {
        switch self {
        case .slow, .dropConnection, .discoveryDocument:
            nil
        case .status(let code):
            Response(status: HTTPResponse.Status(code: code))
        case .html:
            .text(
                status: .ok,
                "<!DOCTYPE html>\n<html><head><title>Sign in</title></head><body>Please sign in.</body></html>\n",
                type: "text/html; charset=utf-8"
            )
        case .oversized(let bytes):
            Self.json(Self.endless(bytes))
        case .redirectLoop:
            Response(status: .found, headers: [.location: request.head.path ?? request.uri.path])
        case .redirect(let target):
            Response(status: .found, headers: [.location: target])
        case .garbage:
            Self.json("{\"keys\": [{\"kty\": \"RSA\", \"n\": \u{1}\n")
        case .truncated:
            Self.json(ResponseBody(byteBuffer: ByteBuffer(bytes: right.prefix(right.count / 2))))
        case .emptySet:
            Self.json("{\"keys\": []}")
        case .exposedKey:
            Self.json(ResponseBody(byteBuffer: Self.exposing(right)))
        case .emptyObject:
            Self.json("{}")
        case .dropMidway:
            Self.json(Self.halfOf(right))
        }
    }

    private static func json(_ body: ResponseBody) -> Response {
        Response(status: .ok, headers: [.contentType: "application/json"], body: body)
    }

    private static func json(_ text: String) -> Response {
        json(ResponseBody(byteBuffer: ByteBuffer(string: text)))
    }

    /// A key set with the example key of RFC 7517, appendix A.2, before its own keys.
    private static func exposing(_ right: [UInt8]) -> ByteBuffer {
        let key = """
            {"kty":"EC","crv":"P-256","kid":"exposed","use":"sig",\
            "x":"MKBCTNIcKUSDii11ySs3526iDZ8AiTo7Tu6KPAqv7D4","y":"4Etl6SRW2YiLUrN5vfvVHuhp7x8PxltmWWlbbM4IFyM",\
            "d":"870MB6gfuTJ4HtUnUvYMyJpr5eUZNP4Bk43bVdj3eAE"},
            """
        guard let start = right.firstIndex(of: UInt8(ascii: "[")) else { return ByteBuffer(bytes: right) }
        var body = ByteBuffer(bytes: right[...start])
        body.writeString(key)
        body.writeBytes(right[(start + 1)...])
        return body
    }

    /// A body of many bytes that are valid JSON, so that nothing but its size is wrong; never in memory as a whole.
    private static func endless(_ bytes: Int) -> ResponseBody {
        let start = "{\"padding\": \""
        let end = "\", \"keys\": []}"
        return ResponseBody { writer in
            try await writer.write(ByteBuffer(string: start))
            let chunk = ByteBuffer(repeating: UInt8(ascii: "x"), count: 65_536)
            var left = max(0, bytes - start.utf8.count - end.utf8.count)
            while left > 0 {
                let count = min(left, chunk.readableBytes)
                try await writer.write(chunk.getSlice(at: 0, length: count) ?? ByteBuffer())
                left -= count
            }
            try await writer.write(ByteBuffer(string: end))
            try await writer.finish(nil)
        }
    }

    /// A body that announces its length and breaks off in the middle, which closes the connection.
    private static func halfOf(_ right: [UInt8]) -> ResponseBody {
        ResponseBody(contentLength: right.count) { writer in
            try await writer.write(ByteBuffer(bytes: right.prefix(right.count / 2)))
            throw ChannelError.eof
        }
    }
}
