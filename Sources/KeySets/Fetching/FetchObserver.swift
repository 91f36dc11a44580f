// Grantor
// SPDX-License-Identifier: Apache-2.0

import FoundationEssentials
import KubeCore
import NIOHTTP1

/// Who is told of each answer that a fetch gets.
struct FetchObserver: Sendable {
    /// The time of day.
    let now: @Sendable () -> Date
    /// Called with the URL that was asked, and what is worth knowing of the answer.
    let receive: @Sendable (HTTPURL, EndpointExamination.Exchange) -> Void

    /// Tells of an answer.
    func tell(_ status: HTTPResponseStatus, _ headers: HTTPHeaders, from url: HTTPURL, sent: Date) {
        let offset = ServerClock.offset(
            date: headers.first(name: "Date"),
            age: headers.first(name: "Age"),
            sent: sent,
            received: now()
        )
        receive(url, .init(origin: url.origin, status: Int(status.code), clockOffset: offset))
    }
}
