// Grantor
// SPDX-License-Identifier: Apache-2.0

import AdminAPI
import ArgumentParser
import KeySets
import KubeCore
import Testing
import TokenAuthorizer

@testable import GrantorCommands

/// The pages under docs/reference name everything that they claim to list.
struct ReferenceTests {
    static func page(_ name: String) throws -> String {
        let bytes = try InputFile.read("\(Repository.root)/docs/reference/\(name)", limit: 1 << 20)
        return String(decoding: bytes, as: UTF8.self)
    }

    static let words: [String] =
        Reason.allCases.map(\.rawValue) + EventReason.allCases.map(\.rawValue)
        + ConditionType.allCases.map(\.rawValue) + KeySetError.Code.allCases.map(\.rawValue)
        + IgnoredKey.Reason.allCases.map(\.rawValue) + AdminAccessStatus.Issuer.Source.allCases.map(\.rawValue)
        + KeySetSummary.Document.allCases.map(\.rawValue)

    @Test func `every reason, code and condition is explained`() throws {
        let page = try Self.page("resources.md")
        let missing = Set(Self.words).filter { !page.contains("`\($0)`") }
        #expect(missing.isEmpty)
    }

    @Test func `the reasons why keys are ignored are listed as they are`() throws {
        let page = try Self.page("resources.md")
        let section = try #require(page.split(separator: "\n## ").first { $0.hasPrefix("Keys that are ignored") })
        let rows = section.split(separator: "\n").filter { $0.hasPrefix("| `") }
        let listed = rows.compactMap { $0.split(separator: "`").dropFirst().first.map(String.init) }
        #expect(listed == IgnoredKey.Reason.allCases.map(\.rawValue))
    }

    @Test func `every check of a token and each reason to deny it is listed`() throws {
        let page = try Self.page("cli.md")
        let words = TokenCheck.allCases.map(\.rawValue) + DenialReason.allCases.map(\.rawValue)
        #expect(words.filter { !page.contains("`\($0)`") }.isEmpty)
    }

    @Test func `every code of a failed fetch that can be a reason is one`() {
        let reasons = Set(Reason.allCases.map(\.rawValue))
        let codes = KeySetError.Code.allCases.filter { $0 != .notRunning && $0 != .notRegistered }
        #expect(codes.allSatisfy { reasons.contains($0.rawValue) })
    }

    @Test func `every code of a failed fetch has its advice`() throws {
        let bytes = try InputFile.read("\(Repository.root)/docs/tasks/keys-unavailable.md", limit: 1 << 20)
        let page = String(decoding: bytes, as: UTF8.self)
        let codes = KeySetError.Code.allCases.filter { $0 != .notRunning && $0 != .notRegistered }
        #expect(codes.filter { !page.contains("`\($0.rawValue)`") }.isEmpty)
    }

    @Test(arguments: [CustomResourceDefinitions.adminAccess, CustomResourceDefinitions.adminGrant])
    func `every field of a spec and every column is explained`(_ definition: JSONValue) throws {
        let page = try Self.page("resources.md")
        let version = try #require(definition["spec"]?["versions"]?[0])
        let spec = version[path: ["schema", "openAPIV3Schema", "properties", "spec", "properties"]]
        let fields = try #require(spec?.object).names
        #expect(fields.count > 4)
        #expect(fields.filter { !page.contains("`\($0)") }.isEmpty)
        let columns = (version["additionalPrinterColumns"]?.array ?? []).compactMap { $0["name"]?.string }
        #expect(columns.count >= 6)
        #expect(columns.filter { !page.contains("`\($0)`") }.isEmpty)
    }

    /// Every command with its words, groups of commands included.
    static func commands(
        of command: any ParsableCommand.Type = GrantorCommand.self,
        named words: [String] = []
    ) -> [(words: [String], command: any ParsableCommand.Type)] {
        command.configuration.subcommands.flatMap { subcommand in
            let name = words + [subcommand.configuration.commandName ?? ""]
            return [(name, subcommand)] + commands(of: subcommand, named: name)
        }
    }

    @Test func `every command and each of its options is explained`() throws {
        let page = try Self.page("cli.md")
        for (words, command) in Self.commands() {
            let name = words.joined(separator: " ")
            #expect(page.contains("# grantor \(name)\n"), "\(name)")
            let help = GrantorCommand.helpMessage(for: command, columns: 200)
            let options = help.matches(of: /--[a-z][a-z-]+/).map { String($0.output) }
            #expect(options.filter { !page.contains($0) }.isEmpty, "\(name)")
        }
    }

    @Test func `the exit statuses of every command are listed`() throws {
        let page = try Self.page("exit-codes.md")
        let missing = Self.commands().map { $0.words.joined(separator: " ") }.filter {
            !page.contains("| `grantor \($0)` |")
        }
        #expect(missing.isEmpty)
    }

    @Test func `every command has an example in its help`() {
        for (words, command) in Self.commands() {
            let help = GrantorCommand.helpMessage(for: command, columns: 200)
            let name = words.joined(separator: " ")
            #expect(help.contains("EXAMPLES"), "\(name)")
            #expect(help.contains("grantor \(name)"), "\(name)")
        }
    }
}
