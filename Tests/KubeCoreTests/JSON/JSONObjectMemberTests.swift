// Grantor
// SPDX-License-Identifier: Apache-2.0

import KubeCore
import Testing

struct JSONObjectMemberTests {
    @Test func `a member that is missing is nil and one that is null is null`() {
        let object: JSONObject = ["a": .null, "b": 1]
        let missing: JSONValue? = object["c"]
        let null: JSONValue? = object["a"]
        #expect(missing == nil)
        #expect(null == .some(.null))
        #expect(JSONValue.object(object)["c"] == nil)
    }

    @Test(arguments: [true, false])
    func `a conditional expression that yields nothing leaves a member out`(isEmpty: Bool) {
        let members = JSONValue.members(["a": isEmpty ? nil : 1, "b": 2])
        #expect(members == (isEmpty ? ["b": 2] : ["a": 1, "b": 2]))
        var object: JSONObject = ["a": 1]
        object["a"] = isEmpty ? nil : 2
        #expect(object == (isEmpty ? [:] : ["a": 2]))
    }

    @Test func `setting a member to nothing removes it`() {
        var object: JSONObject = ["a": 1, "b": 2]
        object["a"] = nil
        #expect(object.names == ["b"])
        #expect(object.count == 1)
    }
}
