// Grantor
// SPDX-License-Identifier: Apache-2.0

import FoundationEssentials
import KubeCore

extension KubeconfigResolver {
    /// The members of an entry, read with errors that say where they stand.
    struct Fields {
        /// The entry.
        let entry: Kubeconfig.Entry
        /// Where it stands, for messages.
        let label: String

        /// A string; `nil` when it is missing or empty.
        func string(_ name: String) throws(KubeError) -> String? {
            switch entry.fields[name] {
            case nil, .null: return nil
            case .string(let text): return text.isEmpty ? nil : text
            default: throw failure("\(name) must be a string; quote it")
            }
        }

        /// A Boolean; `false` when it is missing.
        func bool(_ name: String) throws(KubeError) -> Bool {
            switch entry.fields[name] {
            case nil, .null: return false
            case .bool(let value): return value
            default: throw failure("\(name) must be true or false")
            }
        }

        /// A list; empty when it is missing.
        func array(_ name: String) throws(KubeError) -> [JSONValue] {
            switch entry.fields[name] {
            case nil, .null: return []
            case .array(let elements): return elements
            default: throw failure("\(name) must be a list")
            }
        }

        /// A list of strings; empty when it is missing.
        func strings(_ name: String) throws(KubeError) -> [String] {
            var strings: [String] = []
            for element in try array(name) {
                guard let text = element.string else { throw failure("\(name) must be a list of strings; quote them") }
                strings.append(text)
            }
            return strings
        }

        /// A mapping.
        func object(_ name: String) throws(KubeError) -> JSONObject? {
            switch entry.fields[name] {
            case nil, .null: return nil
            case .object(let object): return object
            default: throw failure("\(name) must be a mapping")
            }
        }

        /// A document that stands in a member with the suffix `-data`, or in the file that a member names.
        func source(_ name: String) throws(KubeError) -> KubeConfiguration.Source? {
            let file = try string(name)
            guard let text = try string("\(name)-data") else { return file.map { .file(entry.resolve($0)) } }
            guard file == nil else { throw failure("\(name) and \(name)-data are both set") }
            // Go's decoder passes over line breaks and nothing else.
            let encoded = text.filter { $0 != "\n" && $0 != "\r" && $0 != "\r\n" }
            guard let data = Data(base64Encoded: encoded), let document = String(validating: data, as: UTF8.self) else {
                throw failure("\(name)-data is not base64 of a PEM document")
            }
            return .data(Secret(document))
        }

        private func failure(_ detail: String) -> KubeError {
            KubeError(.invalidConfiguration, "cannot use \(label): \(detail)")
        }
    }
}
