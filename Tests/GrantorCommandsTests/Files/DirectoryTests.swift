// Grantor
// SPDX-License-Identifier: Apache-2.0

import FoundationEssentials
import Testing

@testable import GrantorCommands

struct DirectoryTests {
    @Test func `a directory stands for its manifests in the order of their names, anything else for itself`() throws {
        let folder = FileManager.default.temporaryDirectory.appending(component: "grantor-\(UUID().uuidString)")
        try FileManager.default.createDirectory(
            at: folder.appending(component: "deeper.yaml.d"),
            withIntermediateDirectories: true
        )
        defer { try? FileManager.default.removeItem(at: folder) }
        for name in ["c.json", "a.yml", "b.yaml", "x.txt", ".hidden.yaml"] {
            try Data().write(to: folder.appending(component: name))
        }
        let path = folder.path
        #expect(
            Directory.expand(["-", path, "none.yaml"])
                == ["-", "\(path)/a.yml", "\(path)/b.yaml", "\(path)/c.json", "none.yaml"]
        )
        #expect(Directory.expand([path + "/deeper.yaml.d"]) == [path + "/deeper.yaml.d"])
    }
}
