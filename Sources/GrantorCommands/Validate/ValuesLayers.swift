// Grantor
// SPDX-License-Identifier: Apache-2.0

import AdminAPI
import KubeCore
import Rendering
import YAMLSource

/// Values files on top of each other, and which of them says what.
struct ValuesLayers {
    /// The files, the last over the first.
    private let layers: [(file: String, document: SourceDocument)]
    /// What they come to, as Helm merges them; without the chart's defaults.
    let values: JSONObject

    init(_ layers: [(file: String, document: SourceDocument)]) {
        self.layers = layers
        var values: JSONObject = [:]
        for layer in layers { values = HelmValues.merge(layer.document.value.object ?? [:], over: values) }
        self.values = values
    }

    /// The file that a path is from, and where it stands there.
    func place(of path: FieldPath, preferringKey: Bool) -> (file: String, mark: Mark) {
        let owner = owner(of: path) ?? layers.count - 1
        let layer = layers[owner]
        return (layer.file, layer.document.mark(at: path, preferringKey: preferringKey))
    }

    /// The text of a plain scalar that is no string.
    func sourceText(at path: FieldPath) -> String? {
        owner(of: path).flatMap { layers[$0].document.sourceText(at: path) }
    }

    /// The last file that has the value, or failing that what holds it; a list is from one file as a whole.
    private func owner(of path: FieldPath) -> Int? {
        var steps: [FieldPath.Element] = []
        for element in path.elements {
            guard case .key = element else { break }
            steps.append(element)
        }
        while true {
            if let index = layers.lastIndex(where: { Self.holds(steps, $0.document.value) }) { return index }
            guard !steps.isEmpty else { return nil }
            steps.removeLast()
        }
    }

    private static func holds(_ steps: [FieldPath.Element], _ value: JSONValue) -> Bool {
        var place = value
        for step in steps {
            guard case .key(let name) = step, let next = place[name] else { return false }
            place = next
        }
        return true
    }

    // MARK: - Lists that are replaced

    /// What is lost where a later file has a list of users too: Helm replaces lists, it never adds to them.
    func replacements() -> [(file: String, mark: Mark, path: FieldPath, finding: Finding)] {
        let path = FieldPath(keys: "admin", "users")
        var found: [(file: String, mark: Mark, path: FieldPath, finding: Finding)] = []
        var before: (layer: Int, ids: [String], count: Int)?
        for (index, layer) in layers.enumerated() {
            guard let users = layer.document.value["admin"]?["users"], !users.isNull else { continue }
            let ids = (users.array ?? []).compactMap { $0["id"]?.string }
            defer { before = (index, ids, users.array?.count ?? 0) }
            guard let before, before.count > 0 else { continue }
            let kept = Set(ids.map { Array($0.utf8) })
            let lost = before.ids.filter { !kept.contains(Array($0.utf8)) }
            guard !lost.isEmpty else { continue }
            let other = layers[before.layer]
            let place = "\(other.file):\(other.document.mark(at: path, preferringKey: true))"
            let whom = lost.count == 1 ? "1 user there is" : "\(lost.count) users there are"
            let detail = "replaces the list in \(place) as a whole: \(whom) no longer listed\(Self.named(lost))"
            let finding = Finding(.warning, FieldError(.invalid, path, detail: detail))
            found.append((layer.file, layer.document.mark(at: path, preferringKey: true), path, finding))
        }
        return found
    }

    /// The first ids, as far as they may be shown.
    private static func named(_ ids: [String]) -> String {
        let showable = ids.filter { id in
            id.utf8.count <= 64 && id.utf8.allSatisfy { $0 > 0x20 && $0 != 0x40 && $0 != 0x7F }
        }
        guard !showable.isEmpty else { return "" }
        let more = ids.count > 3 || showable.count < ids.count ? ", ..." : ""
        return " (\(showable.prefix(3).joined(separator: ", "))\(more))"
    }
}
