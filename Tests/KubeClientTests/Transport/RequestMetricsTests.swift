// Grantor
// SPDX-License-Identifier: Apache-2.0

import CoreMetrics
import KubeCore
import Synchronization
import TestKit
import Testing

@testable import KubeClient

struct RequestMetricsTests {
    /// Keeps what is counted, by label and dimensions.
    private final class Recorder: MetricsFactory, CounterHandler, TimerHandler, RecorderHandler,
        FloatingPointCounterHandler,
        MeterHandler
    {
        private let made: Journal<String>
        private let counted: Journal<String>
        private let label: String

        init(made: Journal<String> = Journal(), counted: Journal<String> = Journal(), label: String = "") {
            self.made = made
            self.counted = counted
            self.label = label
        }

        var handles: [String] { made.entries }
        var counts: [String] { counted.entries }

        private func make(_ label: String, _ dimensions: [(String, String)]) -> Recorder {
            let text = label + dimensions.map { " \($0.0)=\($0.1)" }.joined()
            made.append(text)
            return Recorder(made: made, counted: counted, label: text)
        }

        func makeCounter(label: String, dimensions: [(String, String)]) -> any CounterHandler {
            make(label, dimensions)
        }
        func makeTimer(label: String, dimensions: [(String, String)]) -> any TimerHandler { make(label, dimensions) }
        func makeRecorder(label: String, dimensions: [(String, String)], aggregate: Bool) -> any RecorderHandler {
            make(label, dimensions)
        }
        func makeMeter(label: String, dimensions: [(String, String)]) -> any MeterHandler { make(label, dimensions) }
        func destroyCounter(_ handler: any CounterHandler) {}
        func destroyTimer(_ handler: any TimerHandler) {}
        func destroyRecorder(_ handler: any RecorderHandler) {}
        func destroyMeter(_ handler: any MeterHandler) {}
        func increment(by amount: Int64) { counted.append(label) }
        func increment(by amount: Double) {}
        func decrement(by amount: Double) {}
        func set(_ value: Int64) {}
        func set(_ value: Double) {}
        func reset() {}
        func record(_ value: Int64) {}
        func record(_ value: Double) {}
        func recordNanoseconds(_ duration: Int64) { if duration > 0 { counted.append(label) } }
    }

    @Test func `every exchange is counted, and each handle made once`() async throws {
        let recorder = Recorder()
        try await ScriptedServer.run(answer: { request in
            request.target.contains("missing") ? .status(404, "NotFound", details: #"{"name":"missing"}"#) : .json("{}")
        }) { server async throws in
            try await withKubeClient(
                KubeConfiguration(server: "http://127.0.0.1:\(server.port)"),
                options: KubeClient.Options(fieldManager: "t"),
                host: TestHost().environment,
                metrics: recorder,
                logger: LogCapture().logger
            ) { client async throws in
                for _ in 0..<3 { _ = try await client.get(.configMaps, NamespacedName(namespace: "n", name: "x")) }
                _ = try await client.get(.configMaps, NamespacedName(namespace: "n", name: "missing"))
                _ = try await client.create(.configMaps, ["metadata": ["name": "y"]])
            }
            let host = "host=127.0.0.1:\(server.port)"
            let total = "rest_client_requests_total"
            let duration = "rest_client_request_duration_seconds"
            #expect(
                Set(recorder.handles) == [
                    "\(total) code=200 method=GET \(host)", "\(total) code=404 method=GET \(host)",
                    "\(total) code=200 method=POST \(host)", "\(duration) verb=get \(host)",
                    "\(duration) verb=create \(host)",
                ]
            )
            #expect(recorder.handles.count == 5)
            #expect(recorder.counts.filter { $0 == "\(total) code=200 method=GET \(host)" }.count == 3)
            #expect(recorder.counts.filter { $0 == "\(duration) verb=get \(host)" }.count == 4)
        }
    }

    @Test func `whatever codes a server makes up, the handles are bounded`() {
        let recorder = Recorder()
        let metrics = RequestMetrics(host: "h", factory: recorder)
        for code in 0..<10_000 {
            metrics.record(Call(path: "/\(code)"), method: "GET", code: code, elapsed: .milliseconds(1))
        }
        #expect(recorder.handles.count <= 602)
        metrics.record(Call(path: "/"), method: "GET", code: nil, elapsed: .milliseconds(1))
        #expect(recorder.handles.last == "rest_client_requests_total code=<error> method=GET host=h")
    }
}
