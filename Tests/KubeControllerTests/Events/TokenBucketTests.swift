// Grantor
// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import KubeController

struct TokenBucketTests {
    private final class Rig {
        private var bucket = TokenBucket(burst: 3, interval: .seconds(10), now: .zero)

        func take(_ seconds: Int) -> Bool { bucket.take(now: .seconds(seconds)) }

        func isFull(_ seconds: Int) -> Bool { bucket.isFull(now: .seconds(seconds)) }
    }

    @Test func `a burst is allowed and then one per interval`() {
        let bucket = Rig()
        #expect((0..<5).map { _ in bucket.take(0) } == [true, true, true, false, false])
        #expect(!bucket.take(9))
        #expect(bucket.take(10))
        #expect(!bucket.take(19))
        #expect(bucket.take(20))
    }

    @Test func `it never holds more than the burst`() {
        let bucket = Rig()
        #expect((0..<5).map { _ in bucket.take(1_000_000) } == [true, true, true, false, false])
    }

    @Test func `it tells when it may be forgotten`() {
        let bucket = Rig()
        #expect(bucket.isFull(0))
        _ = bucket.take(0)
        #expect(!bucket.isFull(9))
        #expect(bucket.isFull(10))
    }
}
