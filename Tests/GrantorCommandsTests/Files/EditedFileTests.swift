// Grantor
// SPDX-License-Identifier: Apache-2.0

import FoundationEssentials
import Testing

@testable import GrantorCommands

struct EditedFileTests {
    private func withFolder(_ body: (String) throws -> Void) throws {
        let folder = FileManager.default.temporaryDirectory.appending(component: "grantor-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        try body(folder.path)
    }

    private func write(_ text: String, _ path: String) throws {
        try Data(text.utf8).write(to: URL(filePath: path))
    }

    private func text(_ path: String) throws -> String {
        String(decoding: try Data(contentsOf: URL(filePath: path)), as: UTF8.self)
    }

    @Test func `a file is replaced and nothing is left beside it`() throws {
        try withFolder { folder in
            try write("old", "\(folder)/a.yaml")
            try EditedFile("\(folder)/a.yaml", limit: 1 << 20).replace(with: Array("new".utf8))
            #expect(try text("\(folder)/a.yaml") == "new")
            #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == ["a.yaml"])
        }
    }

    @Test func `a file keeps its mode`() throws {
        try withFolder { folder in
            try write("old", "\(folder)/a.yaml")
            try FileManager.default.setAttributes([.posixPermissions: 0o640], ofItemAtPath: "\(folder)/a.yaml")
            try EditedFile("\(folder)/a.yaml", limit: 1 << 20).replace(with: Array("new".utf8))
            let attributes = try FileManager.default.attributesOfItem(atPath: "\(folder)/a.yaml")
            #expect(attributes[.posixPermissions] as? Int == 0o640)
        }
    }

    @Test func `a link stays a link, and what it names is replaced`() throws {
        try withFolder { folder in
            try FileManager.default.createDirectory(atPath: "\(folder)/real", withIntermediateDirectories: false)
            try write("old", "\(folder)/real/a.yaml")
            try FileManager.default.createSymbolicLink(atPath: "\(folder)/a.yaml", withDestinationPath: "real/a.yaml")
            try EditedFile("\(folder)/a.yaml", limit: 1 << 20).replace(with: Array("new".utf8))
            #expect(try text("\(folder)/real/a.yaml") == "new")
            #expect(try FileManager.default.destinationOfSymbolicLink(atPath: "\(folder)/a.yaml") == "real/a.yaml")
        }
    }

    @Test func `a file that changes in between is left as somebody else made it`() throws {
        try withFolder { folder in
            try write("old", "\(folder)/a.yaml")
            let file = try EditedFile("\(folder)/a.yaml", limit: 1 << 20)
            try write("theirs", "\(folder)/a.yaml")
            let error = #expect(throws: FileError.self) { try file.replace(with: Array("mine".utf8)) }
            #expect(error?.description.contains("it was changed while it was edited") == true)
            #expect(try text("\(folder)/a.yaml") == "theirs")
            #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == ["a.yaml"])
        }
    }

    @Test func `a file that is removed in between does not come back`() throws {
        try withFolder { folder in
            try write("old", "\(folder)/a.yaml")
            let file = try EditedFile("\(folder)/a.yaml", limit: 1 << 20)
            try FileManager.default.removeItem(atPath: "\(folder)/a.yaml")
            #expect(throws: FileError.self) { try file.replace(with: Array("mine".utf8)) }
            #expect(try FileManager.default.contentsOfDirectory(atPath: folder).isEmpty)
        }
    }

    @Test func `the same text is not written again`() throws {
        try withFolder { folder in
            try write("old", "\(folder)/a.yaml")
            let before =
                try FileManager.default.attributesOfItem(atPath: "\(folder)/a.yaml")[.systemFileNumber] as? UInt64
            try EditedFile("\(folder)/a.yaml", limit: 1 << 20).replace(with: Array("old".utf8))
            let after =
                try FileManager.default.attributesOfItem(atPath: "\(folder)/a.yaml")[.systemFileNumber] as? UInt64
            #expect(before == after)
        }
    }

    @Test func `directories, devices, missing and large files are refused`() throws {
        try withFolder { folder in
            try write(String(repeating: "x", count: 100), "\(folder)/large")
            let cases = [
                (folder, "it is a directory"), ("/dev/null", "it is no regular file"),
                ("\(folder)/none", "No such file or directory"), ("\(folder)/large", "larger than"),
            ]
            for (path, reason) in cases {
                let error = #expect(throws: FileError.self) { try EditedFile(path, limit: 99) }
                #expect(error?.description.contains(reason) == true, "\(path)")
            }
        }
    }

    @Test func `the beginning of a file ends at the limit`() throws {
        try withFolder { folder in
            try write("0123456789", "\(folder)/a")
            #expect(try InputFile.beginning(of: "\(folder)/a", limit: 4) == Array("0123".utf8))
            #expect(try InputFile.beginning(of: "/dev/zero", limit: 100_000).count == 100_000)
            #expect(try InputFile.read("\(folder)/a", limit: 10).count == 10)
        }
    }
}
