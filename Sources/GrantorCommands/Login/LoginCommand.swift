// Grantor
// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import FoundationEssentials
import KeySets
import KubeClient
import KubeCore
import TokenAuthorizer

/// `grantor login`: logs a person in, and says whether that person would administer.
struct LoginCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "login",
        abstract: "Log in as influxctl does, and learn whether that gives administrative access, and why not.",
        discussion: """
            Runs the OAuth 2.0 device authorization grant (RFC 8628) against the identity provider of an AppInstance, in a \
            file or in the cluster, or of a values file, and judges the token by the rules of the operator: signature, issuer, audience, expiry, user \
            id, group. The token is neither stored nor shown. With --token, a token at hand is judged instead.

            The access token is judged when it is a JWT, the ID token otherwise.

            EXAMPLES
              grantor login -f appinstance.yaml --client-id influxctl
              grantor login -f values.yaml --client-id ID --audience https://influxdb.example.com -o json
              grantor login -n influxdb influxdb --client-id influxctl
              grantor login -f appinstance.yaml --audience influxdb --token token.txt

            EXIT STATUS
              0 with administrative access, 1 without, 2 when it could not be tried, 130 when cancelled with Ctrl-C.
            """
    )

    /// The layouts of the output.
    enum Output: String, ExpressibleByArgument, CaseIterable {
        case text
        case json
    }

    @OptionGroup var instance: InstanceOptions

    @Option(
        name: .customLong("client-id"),
        help: ArgumentHelp("The client at the identity provider; a public one with the device grant.", valueName: "id")
    )
    var clientID: String?

    @Option(
        help: ArgumentHelp("Judge the token in a file, or - for standard input; no login.", valueName: "file"),
        completion: .file()
    )
    var token: String?

    @Option(
        parsing: .singleValue,
        help: ArgumentHelp("An accepted audience; may be repeated. Without it, the client id.", valueName: "audience")
    )
    var audience: [String] = []

    @Option(help: ArgumentHelp("The issuer, when it does not follow from the endpoint.", valueName: "url"))
    var issuer: String?

    @Flag(help: "Do without the known shape of the provider's URLs: its discovery document must tell.")
    var discover = false

    @Option(
        parsing: .singleValue,
        help: ArgumentHelp("A scope to ask for in place of the usual ones; may be repeated.", valueName: "scope")
    )
    var scope: [String] = []

    @Option(
        name: .customLong("user-id-claim"),
        help: ArgumentHelp(
            "The claim with the user's id; oid for azure and sub for others without it.",
            valueName: "claim"
        )
    )
    var userIDClaim: String?

    @Option(
        help: ArgumentHelp("Certification authorities in place of the system's, in PEM.", valueName: "file"),
        completion: .file(extensions: ["pem", "crt", "cer"])
    )
    var caFile: String?

    @Flag(help: "Permit plain http for any host.")
    var allowInsecure = false

    @Option(help: ArgumentHelp("Whether to draw a QR code: auto, always or never.", valueName: "when"))
    var qr: QRChoice = .auto

    @Flag(help: "Also print the token that was judged. Whoever has it is that person until it expires.")
    var printToken = false

    @Option(name: .shortAndLong, help: ArgumentHelp("The layout of the output: text or json.", valueName: "layout"))
    var output = Output.text

    @OptionGroup var color: ColorOptions

    func validate() throws {
        guard token != nil || clientID?.isEmpty == false else {
            throw ValidationError("Give --client-id to log in, or --token to judge a token at hand.")
        }
        guard !audience.isEmpty || clientID?.isEmpty == false else {
            throw ValidationError("Give --audience or --client-id: without an audience every token is denied.")
        }
        guard !audience.contains("") else { throw ValidationError("An audience must not be empty.") }
        guard instance.file != "-" || token != "-" else {
            throw ValidationError("Only one of -f and --token can be -.")
        }
    }

    func run() async throws {
        let verdict: LoginVerdict
        do {
            verdict = try await untilInterrupted(judge)
        } catch is Interrupted {
            try StandardStream.error.write("grantor: cancelled\n")
            throw ExitCode(Interrupted.exitStatus)
        }
        try StandardStream.output.write(
            output == .json ? verdict.jsonText : verdict.text(style: color.style())
        )
        if verdict.judgement.decision == .deny { throw ExitCode(1) }
    }

    /// Does everything but print the verdict; what cannot be tried ends the command with 2.
    private func judge() async throws -> LoginVerdict {
        do {
            return try await LoginTrial(self).run()
        } catch let error as LoginFailure {
            try giveUp(error.message, advice: error.advice)
        } catch let error as DeviceGrantError {
            try giveUp(error.message, advice: LoginAdvice.afterGrant(error))
        } catch let error as KeySetError {
            try giveUp(error.message, advice: LoginAdvice.afterKeys(error))
        } catch let error as FileError {
            try giveUp(error.description, advice: nil)
        } catch let error as DocumentError {
            try giveUp(error.description, advice: nil)
        } catch let error as KubeError {
            try giveUp(error.message, advice: nil)
        }
    }

    private func giveUp(_ message: String, advice: String?) throws -> Never {
        try StandardStream.error.write("grantor: \(message)\n" + (advice.map { "         \($0)\n" } ?? ""))
        throw ExitCode(2)
    }
}

/// Why a login could not be tried.
struct LoginFailure: Error {
    /// One line for a person, starting with "cannot".
    let message: String
    /// What to do about it.
    var advice: String?
}
