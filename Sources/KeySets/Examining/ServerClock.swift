// Grantor
// SPDX-License-Identifier: Apache-2.0

import FoundationEssentials
import KubeCore

/// What a server's `Date` header says of its clock (RFC 9110, 6.6.1).
enum ServerClock {
    private static let months = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ]

    /// How many seconds the server is ahead of this machine; negative when it is behind.
    ///
    /// The header is precise to the second. The answer was made between the two times, so that whatever lies between
    /// them counts as no difference.
    ///
    /// - Parameters:
    ///   - date: The header.
    ///   - age: The header `Age` of an answer that comes from a cache: the date is that old.
    ///   - sent: When the request was sent, by this machine's clock.
    ///   - received: When the answer came.
    /// - Returns: The seconds; `nil` when the header cannot be read.
    static func offset(date: String?, age: String?, sent: Date, received: Date) -> Double? {
        guard let date, let made = time(date) else { return nil }
        let passed = age.flatMap { Double($0) }.flatMap { (0...1e9).contains($0) ? $0 : nil } ?? 0
        let earliest = made.timeIntervalSince1970 + passed
        // The header may be up to a second old by rounding.
        let latest = earliest + 1
        if earliest > received.timeIntervalSince1970 { return earliest - received.timeIntervalSince1970 }
        if latest < sent.timeIntervalSince1970 { return latest - sent.timeIntervalSince1970 }
        return 0
    }

    /// Reads `Sun, 06 Nov 1994 08:49:37 GMT` (IMF-fixdate, the one form that servers may send).
    static func time(_ text: String) -> Date? {
        let parts = text.split(separator: " ", omittingEmptySubsequences: false)
        guard parts.count == 6, parts[5] == "GMT", parts[0].hasSuffix(","),
            let month = months.firstIndex(where: { $0 == parts[2] })
        else { return nil }
        let number = month < 9 ? "0\(month + 1)" : "\(month + 1)"
        return Timestamp.parse("\(parts[3])-\(number)-\(parts[1])T\(parts[4])Z")
    }
}
