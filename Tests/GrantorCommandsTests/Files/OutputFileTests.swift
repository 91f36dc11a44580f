// Grantor
// SPDX-License-Identifier: Apache-2.0

import FoundationEssentials
import Testing

@testable import GrantorCommands

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#elseif canImport(Darwin)
import Darwin
#endif

struct OutputFileTests {
    private func withFolder(_ body: (String) throws -> Void) throws {
        let folder = FileManager.default.temporaryDirectory.appending(component: "grantor-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        try body(folder.path)
    }

    private func mode(_ path: String) throws -> Int? {
        try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
    }

    private func text(_ path: String) throws -> String {
        String(decoding: try Data(contentsOf: URL(filePath: path)), as: UTF8.self)
    }

    @Test func `a new file has the mode asked for, and one that is there keeps its own`() throws {
        try withFolder { folder in
            try OutputFile.write(Array("secret".utf8), to: "\(folder)/new", newFileMode: 0o600)
            #expect(try mode("\(folder)/new") == 0o600)
            try FileManager.default.setAttributes([.posixPermissions: 0o640], ofItemAtPath: "\(folder)/new")
            try OutputFile.write(Array("another".utf8), to: "\(folder)/new", newFileMode: 0o600)
            #expect(try mode("\(folder)/new") == 0o640)
            #expect(try text("\(folder)/new") == "another")
            #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == ["new"])
        }
    }

    @Test func `a pipe takes what is written, and stays a pipe`() throws {
        try withFolder { folder in
            let pipe = "\(folder)/pipe"
            try #require(mkfifo(pipe, 0o600) == 0)
            // Open at both ends already, so that nobody waits for anybody.
            let reader = open(pipe, O_RDWR | O_NONBLOCK)
            try #require(reader >= 0)
            defer { close(reader) }
            try OutputFile.write(Array("through".utf8), to: pipe)
            var bytes = [UInt8](repeating: 0, count: 32)
            let count = read(reader, &bytes, bytes.count)
            #expect(String(decoding: bytes.prefix(max(0, count)), as: UTF8.self) == "through")
            #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == ["pipe"])
            #expect(try FileManager.default.attributesOfItem(atPath: pipe)[.type] as? FileAttributeType != .typeRegular)
        }
    }

    @Test func `a directory is refused`() throws {
        try withFolder { folder in
            let error = #expect(throws: FileError.self) { try OutputFile.write([], to: folder) }
            #expect(error?.description.contains("it is a directory") == true)
            let left = try FileManager.default.contentsOfDirectory(atPath: folder)
            #expect(left.isEmpty)
        }
    }

    @Test func `a private file takes neither the place of a directory nor of a device`() throws {
        try withFolder { folder in
            #expect(throws: (any Error).self) { try PrivateFile(folder) }
            #expect(throws: (any Error).self) { try PrivateFile("/dev/null") }
            let file = try PrivateFile("\(folder)/kubeconfig")
            #expect(try FileManager.default.contentsOfDirectory(atPath: folder).isEmpty)
            try file.write("token")
            #expect(try mode("\(folder)/kubeconfig") == 0o600)
            #expect(try text("\(folder)/kubeconfig") == "token")
        }
    }
}
