// Grantor
// SPDX-License-Identifier: Apache-2.0

import KubeCore
import Rendering
import TestKit
import Testing
import YAMLSource

/// Properties that hold for whatever values the chart accepts.
struct ChartRoundTripTests {
    /// Pairs of generated values and what the chart makes of them.
    static func samples(seed: UInt64, count: Int) -> [(values: JSONObject, instance: JSONValue)] {
        var generator = ValuesGenerator(seed: seed)
        var samples: [(JSONObject, JSONValue)] = []
        while samples.count < count {
            var values = generator.complete()
            values["kubitSingleNamespace"] = nil
            guard let instance = try? ChartSamples.render(values), isOrdinary(instance) else { continue }
            samples.append((values, instance))
        }
        return samples
    }

    /// Whether values alone decide: no text that needs quotes of its own where Grantor gives none, and no empty
    /// environment, which only a name that the chart does not know brings about.
    static func isOrdinary(_ instance: JSONValue) -> Bool {
        let package = instance[path: ["spec", "package", "spec"]]
        for name in ["identityProvider", "jwksEndpoint"] {
            guard case .string(let text)? = package?["admin"]?[name] else { continue }
            guard (try? YAMLSource.value(in: Array("k: \(text)\n".utf8)))?["k"] == .string(text) else { return false }
        }
        let trimmed = [
            "hostingEnvironment", "objectStore", "ingesterStorage", "monitoringStorage", "ingress", "components",
        ]
        return package?["hostingEnvironment"]?.isNull != true
            && (trimmed + ["resources"]).allSatisfy { !hasEmptyText(package?[$0]) }
    }

    /// Whether trimming made an empty text of a line break, which it would have dropped.
    private static func hasEmptyText(_ value: JSONValue?) -> Bool {
        value?.object?.contains { $0.value == "" || hasEmptyText($0.value) } ?? false
    }

    @Test(arguments: [1, 2, 3] as [UInt64])
    func `values made of a rendered AppInstance render it again`(seed: UInt64) throws {
        for (values, instance) in Self.samples(seed: seed, count: 150) {
            let made = try ValuesFromAppInstance().values(for: instance).values
            #expect(try ChartSamples.render(made) == instance, "\(values)")
            // A text of its own is what a person keeps.
            let read = try #require(try YAMLSource.value(in: YAMLWriter.bytes(.object(made))).object)
            #expect(try ChartSamples.render(read) == instance, "\(values)")
        }
    }

    @Test(arguments: [4, 5] as [UInt64])
    func `values that render it already stay as they are`(seed: UInt64) throws {
        var renderer = ValuesFromAppInstance()
        renderer.releaseName = ChartSamples.release.name
        renderer.releaseNamespace = ChartSamples.release.namespace
        for (values, instance) in Self.samples(seed: seed, count: 100) {
            let made = try renderer.values(for: instance, over: values).values
            #expect(made == values)
        }
    }

    @Test(arguments: [6, 7] as [UInt64])
    func `values of another AppInstance are changed until they render it, once`(seed: UInt64) throws {
        let samples = Self.samples(seed: seed, count: 100)
        var renderer = ValuesFromAppInstance()
        renderer.releaseName = ChartSamples.release.name
        renderer.releaseNamespace = ChartSamples.release.namespace
        for (sample, other) in zip(samples, samples.dropFirst()) {
            var base = other.values
            base["skipOperator"] = true
            base["mine"] = ["a": 1]
            let made = try renderer.values(for: sample.instance, over: base).values
            #expect(try ChartSamples.render(made) == sample.instance)
            #expect(made["skipOperator"] == true)
            #expect(made["mine"] == ["a": 1])
            #expect(try renderer.values(for: sample.instance, over: made).values == made)
        }
    }

    @Test func `a ConfigMap of the single-namespace mode comes back as one`() throws {
        let outcome = try ValuesFromAppInstance().values(for: ChartSamples.instance, isSingleNamespace: true)
        let rendered = try AppInstanceFromValues.render(outcome.values, release: ChartSamples.release)
        #expect(rendered.instance == ChartSamples.instance)
        let text = try #require(rendered.configMap?["data"]?["app-instance"]?.string)
        #expect(try JSONValue(parsing: text) == ChartSamples.instance)
        #expect(text.hasSuffix("}\n"))
        #expect(text.split(separator: "\n").count == 1)
        #expect(rendered.configMap?["metadata"] == ["name": "app-instance", "namespace": "ns"])
    }
}
