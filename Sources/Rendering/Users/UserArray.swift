// Grantor
// SPDX-License-Identifier: Apache-2.0

import KubeCore

/// Users as a JSON array: entries of `admin.users`, or accounts as an identity provider's API lists them.
public enum UserArray {
    /// Reads an array of objects with `id`, and `firstName`, `lastName`, `email` and `userGroups` where present.
    ///
    /// - Throws: `ImportError` when it is no JSON array.
    public static func users(in bytes: [UInt8]) throws(ImportError) -> [ImportedUser] {
        let text = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? bytes.dropFirst(3) : bytes[...]
        let value: JSONValue
        do throws(JSONError) {
            value = try JSONValue(parsing: text)
        } catch {
            throw ImportError("\(error)")
        }
        guard let elements = value.array else {
            throw ImportError("a JSON array is expected, not \(value.typeName)")
        }
        return elements.enumerated().map { index, element in
            let place = "element \(index + 1)"
            guard element.object != nil else {
                return ImportedUser(place, refused: "it is no object but \(element.typeName)")
            }
            guard let id = element["id"], !id.isNull else { return ImportedUser(place, refused: "it has no id") }
            guard let user = ListedUser(element), !user.id.isEmpty else {
                return ImportedUser(place, refused: "its id is no string, or empty")
            }
            if element["userGroups"] != nil, element["userGroups"]?.array == nil {
                return ImportedUser(place, refused: "its userGroups is no array")
            }
            return ImportedUser(place, user)
        }
    }
}
