// Grantor
// SPDX-License-Identifier: Apache-2.0

import KubeCore

extension StructuralSchema {
    /// Every problem of a value, in the words of a Kubernetes API server.
    ///
    /// - Parameters:
    ///   - value: The value, after defaulting.
    ///   - path: Where it stands; the root for whole objects.
    ///   - old: What stood there before; transition rules (`self == oldSelf`) are judged only when it is given.
    /// - Returns: The problems, in the order of the document; none when the value is valid.
    func validate(_ value: JSONValue, at path: FieldPath = FieldPath(), old: JSONValue? = nil) -> [FieldError] { [] }

    /// Why a body cannot be decoded as a built-in kind: the text of `encoding/json` about the first wrong type, as in
    /// `json: cannot unmarshal number into Go struct field ConfigMap.data of type string`; `nil` when it can.
    ///
    /// A real server answers 400 `ConfigMap in version "v1" cannot be handled as a ConfigMap: ` and this text.
    func decodingProblem(of value: JSONValue, kind: String) -> String? { nil }
}
