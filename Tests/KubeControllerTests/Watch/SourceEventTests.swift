// Grantor
// SPDX-License-Identifier: Apache-2.0

import KubeCore
import Testing

@testable import KubeController

struct SourceEventTests {
    private struct Small: JSONReadable, Sendable {
        var size: String

        init(json: JSONValue) throws(FieldError) {
            guard let spec = json.object?["spec"]?.object else { throw FieldError(.required, FieldPath(keys: "spec")) }
            size = try spec.requiredString("size", at: FieldPath(keys: "spec"))
        }
    }

    private func event(_ kind: WatchEvent<JSONValue>.Kind, _ text: String) throws -> SourceEvent<Small> {
        SourceEvent(WatchEvent(kind, try JSONValue(parsing: text))) { try Small(json: $0) }
    }

    @Test(arguments: [WatchEvent<JSONValue>.Kind.added, .modified])
    func `additions and changes carry what the type takes`(kind: WatchEvent<JSONValue>.Kind) throws {
        let text = #"{"metadata":{"name":"a","namespace":"n","resourceVersion":"7"},"spec":{"size":"xl"}}"#
        guard case .applied(let object) = try event(kind, text) else {
            Issue.record("no object")
            return
        }
        #expect(object.key == NamespacedName(namespace: "n", name: "a"))
        #expect(object.resourceVersion == "7")
        #expect(try object.content.get().size == "xl")
    }

    @Test func `an object that cannot be read names the field and not its value`() throws {
        let text = #"{"metadata":{"name":"a","resourceVersion":"7"},"spec":{"size":{"secret":"hunter2"}}}"#
        guard case .applied(let object) = try event(.added, text), case .failure(let failure) = object.content else {
            Issue.record("no failure")
            return
        }
        #expect(failure.message.contains("spec.size"))
        #expect(!failure.message.contains("hunter2"))
        #expect(object.key.name == "a")
    }

    @Test func `a deletion is not decoded`() throws {
        let text = #"{"metadata":{"name":"a","namespace":"n","resourceVersion":"9"},"spec":17}"#
        guard case .deleted(let key, let version) = try event(.deleted, text) else {
            Issue.record("no deletion")
            return
        }
        #expect(key == NamespacedName(namespace: "n", name: "a"))
        #expect(version == "9")
    }

    @Test(arguments: [("", false), (#","annotations":{"k8s.io/initial-events-end":"true"}"#, true)])
    func `bookmarks tell whether they end a streamed list`(annotations: String, ends: Bool) throws {
        let text = #"{"kind":"X","metadata":{"resourceVersion":"12"\#(annotations)}}"#
        guard case .bookmark(let version, let endsInitialEvents) = try event(.bookmark, text) else {
            Issue.record("no bookmark")
            return
        }
        #expect(version == "12")
        #expect(endsInitialEvents == ends)
    }

    @Test(arguments: ["{}", #"{"metadata":{}}"#, #"{"metadata":{"name":""}}"#, #"{"metadata":7}"#, "[]", "null"])
    func `what names no object is ignored`(text: String) throws {
        for kind in [WatchEvent<JSONValue>.Kind.added, .modified, .deleted] {
            guard case .ignored = try event(kind, text) else {
                Issue.record("\(kind) \(text) was not ignored")
                continue
            }
        }
    }

    @Test func `managed fields are dropped before anything is kept`() throws {
        let text = #"{"metadata":{"name":"a","managedFields":[{"manager":"x"}],"labels":{"l":"1"}},"spec":{}}"#
        let observed = try #require(Observed(json: try JSONValue(parsing: text)) { $0 })
        let kept = try observed.content.get()
        #expect(kept["metadata"]?["managedFields"] == nil)
        #expect(kept["metadata"]?["labels"]?["l"]?.string == "1")
    }
}
