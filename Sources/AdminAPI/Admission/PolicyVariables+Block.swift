// Grantor
// SPDX-License-Identifier: Apache-2.0

import KubeCore

/// Errors of the block itself, its provider and its endpoint.
extension PolicyVariables {
    mutating func checkBlock() {
        let chain = FaultChain { chain in
            chain.requireMapping("variables.admin", at: "\(Self.root)", .adminNotMapping)
            chain.refuseUnknownMembers(of: "variables.admin", at: "\(Self.root)", known: AdminReader.adminMembers)
        }
        check("blockFault", of: Self.root, chain)
    }

    mutating func checkProvider() {
        let provider = "variables.admin.identityProvider"
        let path: CELText = "\(Self.root).identityProvider"
        let shown = CELText.shown(provider)
        checkBlock("providerFault", of: "identityProvider") { chain in
            chain.requireText(provider, at: path, missing: .providerMissing)
            let letters = #"\#(provider).lowerAscii().findAll(r'[a-z0-9\x{80}-\x{10ffff}]+').join('')"#
            chain.fault(
                "\(provider) != 'azure' && \(provider).size() <= \(ProviderName.maximumEntraLength) && "
                    + "\(letters) in \(CEL.list(ProviderName.entraNames.sorted()))",
                CELText(.entraSpelling, at: path, showing: shown)
            )
            let known = CEL.list(ProviderName.known)
            chain.fault(
                "\(provider).lowerAscii() in \(known) && !(\(provider) in \(known))",
                CELText(.providerSpelling, at: path, "\(cel: "\(provider).lowerAscii()")", showing: shown)
            )
            chain.fault(
                "\(provider).lowerAscii() in \(CEL.list(ProviderName.yamlWords.sorted()))",
                CELText(.providerIsYAMLWord, at: path, showing: shown)
            )
            let more = ProviderName.maximumLength - 1
            chain.fault(
                "!" + CEL.matches(provider, "^[A-Za-z][A-Za-z0-9._-]{0,\(more)}$"),
                CELText(.providerMalformed, at: path, showing: shown)
            )
        }
        define("isEntra", "variables.isMapping && has(\(provider)) && \(provider) == 'azure'")
    }

    mutating func checkEndpoint() {
        let endpoint = "variables.admin.jwksEndpoint"
        let url = "variables.url"
        let path: CELText = "\(Self.root).jwksEndpoint"
        checkBlock("endpointFault", of: "jwksEndpoint") { chain in
            chain.requireText(endpoint, at: path, missing: .endpointMissing)
            chain.fault(CEL.matches(url, #"[\r\n]"#), CELText(.endpointLineBreak, at: path))
            for name in AdminReader.placeholders {
                chain.fault("\(url).contains('\(name)')", CELText(.endpointPlaceholder, at: path, "\(name)"))
            }
            for (pattern, instead) in [("<[^>]*>", "<...>"), (#"\{[^}]*\}"#, "{...}")] {
                let found = "\(url).find(\(CEL.pattern(pattern)))"
                let isShowable = "\(found).size() <= 64 && \(CEL.isShowable(found))"
                let shown = "(\(isShowable) ? \(found) : \(CEL.literal(instead)))"
                chain.fault(
                    CEL.matches(url, pattern),
                    CELText(.endpointPlaceholder, at: path, "\(cel: shown)")
                )
            }
            chain.fault("\(url).size() > \(HTTPURL.maximumLength)", CELText(.endpointTooLong, at: path))
            // The parser of URLs allows a scheme of 16 characters.
            chain.fault(
                "variables.authority == '' || variables.scheme.size() > 17",
                CELText(.endpointNotAbsolute, at: path)
            )
            chain.fault(
                "!(variables.scheme in ['https:', 'http:'])",
                CELText(.endpointNotHTTPS, at: path, showing: ": \"\(cel: "variables.scheme")//...\"")
            )
            chain.fault("variables.authority.contains('@')", CELText(.endpointUserInfo, at: path))
            chain.fault(
                CEL.matches(url, #"[^!-~]|["<>\\^`{|}]"#),
                CELText(.endpointBadCharacter, at: path)
            )
            chain.fault("\(url).contains('#')", CELText(.endpointFragment, at: path))
            Self.checkHost(&chain, at: path)
        }
    }

    /// One part of an IPv4 address.
    private static let octet = "(25[0-5]|2[0-4][0-9]|1[0-9][0-9]|[1-9]?[0-9])"

    private static func checkHost(_ chain: inout FaultChain, at path: CELText) {
        let host = "variables.host"
        let port = "variables.port"
        chain.fault("\(host) == ''", CELText(.endpointNoHost, at: path))
        let groups = "[0-9A-Fa-f]{1,4}(:[0-9A-Fa-f]{1,4})*"
        let isFull = CEL.matches(host, #"^\[([0-9A-Fa-f]{1,4}:){7}[0-9A-Fa-f]{1,4}\]$"#)
        let hasGap = CEL.matches(host, #"^\[(\#(groups))?::(\#(groups))?\]$"#)
        let isShort = "\(host).findAll('[0-9A-Fa-f]+').size() <= 7"
        // The last two groups may be written as an IPv4 address; how many groups stand before it is not counted.
        let hasV4 = CEL.matches(host, #"^\[[0-9A-Fa-f:]+:\#(octet)(\.\#(octet)){3}\]$"#)
        chain.fault(
            "\(host).startsWith('[') && !(\(isFull) || \(hasGap) && \(isShort) || \(hasV4))",
            CELText(.endpointBadHost, at: path)
        )
        let isName = CEL.matches(host, #"^([A-Za-z0-9_-]{1,63}\.)*[A-Za-z0-9_-]{1,63}\.?$"#)
        let isNumber = CEL.matches(host, #"(^|\.)([0-9]+|0[xX][0-9A-Fa-f]*)\.?$"#)
        let isV4 = CEL.matches(host, #"^\#(octet)(\.\#(octet)){3}\.?$"#)
        chain.fault(
            "!\(host).startsWith('[') && "
                + "(!\(isName) || \(host).find(r'^.*[^.]').size() > 253 || \(isNumber) && !\(isV4))",
            CELText(.endpointBadHost, at: path)
        )
        // What follows the bracket of an IPv6 address is its port.
        chain.fault("\(port) != '' && !\(port).startsWith(':')", CELText(.endpointBadHost, at: path))
        let isPort =
            "\(CEL.matches(port, "^:[0-9]{1,5}$")) && int(\(port).substring(1)) >= 1 && "
            + "int(\(port).substring(1)) <= 65535"
        chain.fault("\(port) != '' && !(\(isPort))", CELText(.endpointBadPort, at: path))
    }
}
