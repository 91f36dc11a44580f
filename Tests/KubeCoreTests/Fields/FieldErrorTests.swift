// Grantor
// SPDX-License-Identifier: Apache-2.0

import KubeCore
import Testing

struct FieldErrorTests {
    private static let path = FieldPath([.key("spec"), .key("users"), .index(2), .key("id")])

    @Test(
        arguments: [
            (FieldError(.required, path, detail: "say who"), "spec.users[2].id: Required value: say who"),
            (FieldError(.required, path), "spec.users[2].id: Required value"),
            (
                FieldError(.invalid, path, badValue: "a\"b", detail: "no"),
                "spec.users[2].id: Invalid value: \"a\\\"b\": no"
            ),
            (FieldError(.invalid, path, badValue: 3, detail: "no"), "spec.users[2].id: Invalid value: 3: no"),
            (
                FieldError(.typeInvalid, path, badValue: "integer", detail: "x"),
                "spec.users[2].id: Invalid value: \"integer\": x"
            ),
            (FieldError(.duplicate, path, badValue: "a"), "spec.users[2].id: Duplicate value: \"a\""),
            (
                FieldError(.notSupported, path, badValue: "a", detail: "supported values: \"b\""),
                "spec.users[2].id: Unsupported value: \"a\": supported values: \"b\""
            ),
            (FieldError(.forbidden, path, detail: "may not"), "spec.users[2].id: Forbidden: may not"),
            (
                FieldError(.tooMany, path, detail: "3: must have at most 2 items"),
                "spec.users[2].id: Too many: 3: must have at most 2 items"
            ),
            (
                FieldError(.tooLong, path, badValue: "secret", detail: "may not be more than 3 bytes"),
                "spec.users[2].id: Too long: may not be more than 3 bytes"
            ),
            (FieldError(.notFound, path, badValue: "a"), "spec.users[2].id: Not found: \"a\""),
            (FieldError(.invalid, FieldPath(), badValue: 1, detail: "no"), "Invalid value: 1: no"),
        ] as [(FieldError, String)]
    )
    func `messages are those of Kubernetes`(error: FieldError, message: String) {
        #expect(error.description == message)
    }

    @Test func `reasons are those of Kubernetes`() {
        #expect(FieldError.Kind.allCases.allSatisfy { $0.rawValue.hasPrefix("FieldValue") })
        #expect(FieldError.Kind.required.rawValue == "FieldValueRequired")
    }

    @Test func `paths are written as Kubernetes writes them`() {
        var path = FieldPath(keys: "metadata", "labels")
        path.append(key: "a.b/c")
        #expect(path.description == "metadata.labels[a.b/c]")
        path.removeLast()
        path.append(index: 0)
        #expect(path.description == "metadata.labels[0]")
        #expect(FieldPath().description == "")
        #expect(FieldPath(keys: "a").appending(key: "").description == "a[]")
        #expect(FieldPath(keys: "x-y_z$").appending(index: 1).appending(key: "b").description == "x-y_z$[1].b")
        path = FieldPath()
        path.removeLast()
        #expect(path == FieldPath())
    }
}
