// Grantor
// SPDX-License-Identifier: Apache-2.0

public import KubeCore

/// Random values files, most of which the chart accepts; the same ones for the same seed.
public struct ValuesGenerator: RandomNumberGenerator {
    private var state: UInt64

    /// Starts a sequence.
    public init(seed: UInt64) {
        state = seed
    }

    /// SplitMix64 (Steele, Lea, Flood 2014).
    public mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }

    /// One in that many times.
    public mutating func chance(_ count: Int) -> Bool {
        Int.random(in: 0..<count, using: &self) == 0
    }

    /// One of several.
    public mutating func pick<Element>(_ elements: [Element]) -> Element {
        elements[Int.random(in: 0..<elements.count, using: &self)]
    }

    // MARK: - Leaves

    /// Texts that readers of YAML take for something else when nobody quotes them.
    public static let texts = [
        "a", "x y", "0123", "1e3", "no", "y", "null", "~", "12:30:45", "2026-11-20", "@x", "*x", "&x", "auth0|x",
        "a: b",
        "a #b", "- x", "[x]", "{a: b}", "'q'", "\"q\"", "😀", "é", "e\u{301}", "115700000000000000042", "0x1F", "1_000",
        " lead", "trail ", "two\nlines", "two\nlines\n", "three\n\n\n", "\n", "a\tb", "<no>&", "<<", "=", "%x",
        "!!str 5",
        "|", ">", "?", ":", "-", ",", "#", "`", "true", "False", "1.50", "-1", "+1", ".5", "1e400", ".inf", "a\\b",
        "\\n",
    ]

    /// Texts that stand behind a key without quotes, many of which are something else there.
    private static let bareTexts = [
        "plain", "b-1", "https://x.example.com/keys", "123", "\"0123\"", "'no'", "10s", "[a, b]", "no", "0123", "~",
        "1e3", "12:30:45", "2026-11-20", "a #b", "auth0|x", "0x1F", " lead", "trail ", "é", "😀", "{a: 1}", "<no>&",
    ]

    /// A value that is no mapping and no list.
    public mutating func leaf() -> JSONValue {
        switch Int.random(in: 0..<10, using: &self) {
        case 0: return .null
        case 1: return .bool(chance(2))
        case 2: return .integer(pick([0, 1, -5, 42, 999_999, 1_000_000, 20_260_421, 9_007_199_254_740_993]))
        case 3: return .number(pick([0, 1.5, -0.25, 1e21, 0.00001, 1e-7, 1.17e20, 123_456.5]))
        case 4: return ""
        default: return .string(pick(Self.texts))
        }
    }

    private mutating func tree(_ depth: Int) -> JSONValue {
        guard depth > 0, !chance(3) else { return leaf() }
        if chance(3) {
            return .array((0..<Int.random(in: 0...3, using: &self)).map { _ in tree(depth - 1) })
        }
        return mapping(depth)
    }

    /// A mapping with values of that depth.
    public mutating func mapping(_ depth: Int) -> JSONValue {
        let names = ["a", "b", "a2", "a10", "z", "B", "_x", "storage", "template", "log", "é", "9", "k/e.y"]
        let count = Int.random(in: 0...3, using: &self)
        return .object(JSONObject((0..<count).map { _ in (pick(names), tree(depth - 1)) }))
    }

    private mutating func bare() -> JSONValue {
        switch Int.random(in: 0..<8, using: &self) {
        case 0: .integer(pick([0, 7, 123_456, 1_234_567, 20_260_421]))
        case 1: .number(pick([1.5, 2e21, 0.00001]))
        case 2: .bool(chance(2))
        // What breaks the document: several lines do so in ways of their own.
        case 3 where chance(6): .string(pick(Self.texts.filter { !$0.contains("\n") && !["|", ">"].contains($0) }))
        default: .string(pick(Self.bareTexts))
        }
    }

    // MARK: - Files

    /// A file that holds all that the chart requires.
    public mutating func complete() -> JSONObject {
        var values = overlay()
        values["catalog"] = ["dsn": ["SecretName": bare(), "SecretKey": bare()]]
        var store = values["objectStore"]?.object ?? [:]
        store["bucket"] = bare()
        values["objectStore"] = .object(store)
        var admin = values["admin"]?.object ?? [:]
        admin["identityProvider"] = bare()
        admin["jwksEndpoint"] = bare()
        values["admin"] = .object(admin)
        return values
    }

    /// A file that says some things.
    public mutating func overlay() -> JSONObject {
        var values: JSONObject = [:]
        for name in ["nameOverride", "namespaceOverride", "fullnameOverride", "pause", "NamspaceOverride"]
        where chance(5) {
            values[name] = name == "fullnameOverride" ? .string(pick(["r.example.com/x", "x", ""])) : bare()
        }
        if chance(3) { values["image"] = ["tag": pick(["1", "", 5, 20_260_421, "20260421-2022186", 1.5])] }
        for name in ["ingesterStorage", "monitoringStorage", "ingress", "components", "resources"] where chance(3) {
            values[name] = mapping(4)
        }
        if chance(3) { values["hostingEnvironment"] = choice(["aws", "openshift", "gke", "other"]) }
        if chance(2) { values["objectStore"] = choice(["s3", "azure", "google", "other"]) }
        if chance(4) { values["imagePullSecrets"] = pick([[], [["name": "a"], ["name": "0123"]], .null]) }
        if chance(4) { values["featureFlags"] = pick([[], ["a", "no"], [.null]]) }
        if chance(4) { values["images"] = images() }
        if chance(4) { values["useCustomEgress"] = .bool(chance(2)) }
        if chance(4) { values["egress"] = ["customCertificates": mapping(3)] }
        if chance(5) { values["observability"] = ["serviceMonitor": ["interval": bare(), "scrapeTimeout": bare()]] }
        if chance(6) { values["kubitSingleNamespace"] = .bool(chance(2)) }
        if chance(2) { values["admin"] = admin() }
        if chance(12) {
            values[pick(["catalog", "image", "images", "admin", "ingress", "egress"])] = pick([.null, "x", 5])
        }
        return values
    }

    private mutating func choice(_ names: [String]) -> JSONValue {
        var object: JSONObject = [:]
        for _ in 0..<Int.random(in: 0...2, using: &self) { object[pick(names)] = chance(8) ? .null : mapping(4) }
        return .object(object)
    }

    private mutating func images() -> JSONValue {
        var object: JSONObject = [:]
        if chance(2) { object["overrides"] = pick([[], [["name": "x", "newFQIN": "y"]]]) }
        if chance(2) { object["registryOverride"] = bare() }
        return .object(object)
    }

    private mutating func admin() -> JSONValue {
        var object: JSONObject = [:]
        if chance(2) { object["users"] = .array((0..<Int.random(in: 0...3, using: &self)).map { _ in mapping(3) }) }
        if chance(2) {
            object["dsn"] = pick([["value": "x"], ["valueFrom": .null, "value": leaf()], mapping(3), "x"])
        }
        if chance(9) { object["identityProvider"] = "" }
        return .object(object)
    }
}
