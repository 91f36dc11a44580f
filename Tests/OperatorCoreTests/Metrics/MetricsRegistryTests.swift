// Grantor
// SPDX-License-Identifier: Apache-2.0

import Metrics
import Testing

@testable import OperatorCore

struct MetricsRegistryTests {
    private let registry = MetricsRegistry()

    private func text(_ format: ExpositionFormat = .prometheus) -> String {
        String(decoding: registry.exposition(format), as: UTF8.self)
    }

    /// The lines that speak of a family.
    private func lines(_ name: String, _ format: ExpositionFormat = .prometheus) -> [String] {
        text(format).split(separator: "\n").map(String.init).filter { $0.contains(name) }
    }

    @Test func `a counter is told from the start, and counts`() {
        let counter = Counter(label: "jobs_total", dimensions: [("kind", "a")], factory: registry)
        #expect(lines("jobs") == ["# TYPE jobs_total counter", #"jobs_total{kind="a"} 0"#])
        counter.increment()
        counter.increment(by: 4)
        #expect(lines("jobs").last == #"jobs_total{kind="a"} 5"#)
    }

    @Test func `what grows by itself is set when it is read`() {
        let gauge = Gauge(label: "age", factory: registry)
        registry.beforeReading { gauge.record(7) }
        #expect(lines("age").last == "age 7")
    }

    @Test func `two handles of one series count together`() {
        Counter(label: "jobs_total", factory: registry).increment()
        Counter(label: "jobs_total", factory: registry).increment()
        #expect(lines("jobs").last == "jobs_total 2")
    }

    @Test func `a gauge goes up and down, and fractions stay`() {
        let meter = Meter(label: "level", factory: registry)
        meter.set(3)
        meter.increment(by: 0.5)
        #expect(lines("level").last == "level 3.5")
        meter.decrement(by: 4)
        #expect(lines("level").last == "level -0.5")
        meter.set(Double.infinity)
        #expect(lines("level").last == "level +Inf")
    }

    @Test func `a histogram counts in buckets that include each other, in seconds`() {
        let timer = Timer(
            label: "rest_client_request_duration_seconds",
            dimensions: [("verb", "get")],
            factory: registry
        )
        timer.recordNanoseconds(25_000_000)
        timer.recordNanoseconds(26_000_000)
        timer.recordSeconds(100)
        let lines = lines("rest_client")
        #expect(lines.contains(#"rest_client_request_duration_seconds_bucket{verb="get",le="0.005"} 0"#))
        #expect(lines.contains(#"rest_client_request_duration_seconds_bucket{verb="get",le="0.025"} 1"#))
        #expect(lines.contains(#"rest_client_request_duration_seconds_bucket{verb="get",le="0.1"} 2"#))
        #expect(lines.contains(#"rest_client_request_duration_seconds_bucket{verb="get",le="60"} 2"#))
        #expect(lines.contains(#"rest_client_request_duration_seconds_bucket{verb="get",le="+Inf"} 3"#))
        #expect(lines.contains(#"rest_client_request_duration_seconds_sum{verb="get"} 100.051"#))
        #expect(lines.contains(#"rest_client_request_duration_seconds_count{verb="get"} 3"#))
    }

    @Test func `a series that is destroyed is gone, and its family with the last one`() {
        let first = Gauge(label: "grantor_admins", dimensions: [("app_instance", "a")], factory: registry)
        let second = Gauge(label: "grantor_admins", dimensions: [("app_instance", "b")], factory: registry)
        first.record(1)
        second.record(2)
        first.destroy()
        #expect(lines("grantor_admins").last == #"grantor_admins{app_instance="b"} 2"#)
        #expect(lines("grantor_admins").count == 3)
        second.destroy()
        #expect(lines("grantor_admins").isEmpty)
    }

    @Test func `what stands in a label cannot break a line`() {
        Counter(label: "jobs_total", dimensions: [("kind", "a\"b\\c\nd")], factory: registry).increment()
        #expect(lines("jobs").last == #"jobs_total{kind="a\"b\\c\nd"} 1"#)
    }

    @Test func `one name has one kind`() {
        Counter(label: "jobs_total", factory: registry).increment()
        Meter(label: "jobs_total", factory: registry).set(7)
        #expect(lines("jobs") == ["# TYPE jobs_total counter", "jobs_total 1"])
    }

    @Test func `OpenMetrics names counters without their ending, bounds with a fraction, and has an end`() {
        Counter(label: "jobs_total", factory: registry).increment()
        Timer(label: "work_seconds", factory: registry).recordSeconds(1)
        #expect(lines("jobs", .openMetrics) == ["# TYPE jobs counter", "jobs_total 1"])
        #expect(lines("work_seconds", .openMetrics).contains(#"work_seconds_bucket{le="1.0"} 1"#))
        #expect(text(.openMetrics).hasSuffix("\n# EOF\n"))
        #expect(!text().contains("EOF"))
    }

    @Test func `the process tells of itself`() throws {
        let figures = lines("process_").filter { !$0.hasPrefix("#") }
        func figure(_ name: String) throws -> Double {
            let line = try #require(figures.first { $0.hasPrefix(name + " ") }, "\(name)")
            return try #require(Double(line.dropFirst(name.count + 1)))
        }
        #expect(try figure("process_resident_memory_bytes") > 1_000_000)
        #expect(try figure("process_virtual_memory_bytes") > figure("process_resident_memory_bytes"))
        #expect(try figure("process_open_fds") >= 3)
        #expect(try figure("process_max_fds") > figure("process_open_fds"))
        #expect(try figure("process_cpu_seconds_total") > 0)
        #expect(try figure("process_start_time_seconds") > 1_700_000_000)
        #expect(try figure("process_threads") >= 1)
    }

    @Test func `many tasks count to the last one`() async {
        let counter = Counter(label: "jobs_total", factory: registry)
        let meter = Meter(label: "level", factory: registry)
        await withTaskGroup(of: Void.self) { group in
            for _ in 0..<8 {
                group.addTask {
                    for _ in 0..<1_000 {
                        counter.increment()
                        meter.increment()
                    }
                }
            }
        }
        #expect(lines("jobs").last == "jobs_total 8000")
        #expect(lines("level").last == "level 8000")
    }
}
