// Grantor
// SPDX-License-Identifier: Apache-2.0

import AdminAPI
import KubeCore
import Testing
import YAMLSource

@testable import GrantorCommands

struct CRDsCommandTests {
    @Test func `the definitions are documents that read back as they are`() throws {
        let documents = try YAMLSource.documents(in: Array(CRDsCommand.text(withAppInstance: false).utf8))
        #expect(
            documents.map(\.value) == [CustomResourceDefinitions.adminAccess, CustomResourceDefinitions.adminGrant]
        )
    }

    @Test func `kubit's definition comes along only when asked for`() throws {
        let documents = try YAMLSource.documents(in: Array(CRDsCommand.text(withAppInstance: true).utf8))
        #expect(documents.last?.value == CustomResourceDefinitions.appInstance)
        #expect(documents.count == 3)
    }

    @Test func `the files under deploy hold the same`() throws {
        for definition in CustomResourceDefinitions.all {
            let name = try #require(definition["metadata"]?["name"]?.string)
            let file = try InputFile.read("\(Repository.root)/deploy/crd/\(name).yaml", limit: 1 << 20)
            #expect(String(decoding: file, as: UTF8.self) == YAMLWriter.text(definition), "run dev/generate.sh")
        }
    }
}

/// Where the repository is.
enum Repository {
    /// The directory that holds Package.swift.
    static let root = #filePath.components(before: "/Tests/")
}

extension String {
    fileprivate func components(before separator: String) -> String {
        guard let range = firstRange(of: separator) else { return self }
        return String(self[..<range.lowerBound])
    }
}
