// Grantor
// SPDX-License-Identifier: Apache-2.0

import KubeClient
import Testing

struct SecretTests {
    private static let word = "hunter2-hunter2"

    @Test func `a secret cannot be printed, interpolated, dumped or mirrored`() {
        let secret = Secret(Self.word)
        var dumped = ""
        dump(secret, to: &dumped)
        let mirrored = Mirror(reflecting: secret).children.map { "\($0.value)" }.joined()
        for text in [
            "\(secret)", String(describing: secret), String(reflecting: secret), "\([secret])", dumped, mirrored,
        ] {
            #expect(!text.contains("hunter2"))
        }
        #expect(secret.reveal() == Self.word)
    }

    @Test func `a configuration full of secrets shows none of them`() {
        var configuration = KubeConfiguration(server: "https://h", proxyURL: Secret("http://u:\(Self.word)@p:1"))
        configuration.clientCertificate = .init(certificate: .data(Secret(Self.word)), key: .data(Secret(Self.word)))
        for authorization: KubeConfiguration.Authorization in [
            .token(Secret(Self.word)), .basic(username: "u", password: Secret(Self.word)),
            .tokenFile("/t", fallback: Secret(Self.word)),
            .exec(ExecPlugin(command: "c", environment: [("K", Secret(Self.word))])),
        ] {
            configuration.authorization = authorization
            var text = "\(configuration)"
            dump(configuration, to: &text)
            debugPrint(configuration, to: &text)
            #expect(!text.contains("hunter2"))
        }
    }
}
