// Grantor
// SPDX-License-Identifier: Apache-2.0

import FoundationEssentials

/// The manifests of a directory.
enum Directory {
    /// Puts in the place of each directory its files `*.yaml`, `*.yml` and `*.json`, in the order of their names.
    ///
    /// A directory that has none, or that cannot be read, stays what it is: reading it says so.
    static func expand(_ paths: [String]) -> [String] {
        paths.flatMap { path -> [String] in
            guard path != "-", let names = try? FileManager.default.contentsOfDirectory(atPath: path) else {
                return [path]
            }
            let prefix = path.hasSuffix("/") ? path : path + "/"
            let files = names.filter { name in
                !name.hasPrefix(".") && [".yaml", ".yml", ".json"].contains { name.hasSuffix($0) }
            }
            return files.isEmpty ? [path] : files.sorted().map { prefix + $0 }
        }
    }
}
