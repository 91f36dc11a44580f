// swift-tools-version: 6.2
// Grantor
// SPDX-License-Identifier: Apache-2.0

import PackageDescription

/// The settings of every target: the strictest the toolchain offers, with no warning let through.
let strict: [SwiftSetting] = [
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
    .treatAllWarnings(as: .error),
]

let argumentParser: Target.Dependency = .product(name: "ArgumentParser", package: "swift-argument-parser")
let asyncAlgorithms: Target.Dependency = .product(name: "AsyncAlgorithms", package: "swift-async-algorithms")
let asyncHTTPClient: Target.Dependency = .product(name: "AsyncHTTPClient", package: "async-http-client")
let collections: Target.Dependency = .product(name: "Collections", package: "swift-collections")
let crypto: Target.Dependency = .product(name: "Crypto", package: "swift-crypto")
let cryptoExtras: Target.Dependency = .product(name: "CryptoExtras", package: "swift-crypto")
let httpTypes: Target.Dependency = .product(name: "HTTPTypes", package: "swift-http-types")
let hummingbird: Target.Dependency = .product(name: "Hummingbird", package: "hummingbird")
let hummingbirdCore: Target.Dependency = .product(name: "HummingbirdCore", package: "hummingbird")
let hummingbirdTLS: Target.Dependency = .product(name: "HummingbirdTLS", package: "hummingbird")
let logging: Target.Dependency = .product(name: "Logging", package: "swift-log")
let metrics: Target.Dependency = .product(name: "Metrics", package: "swift-metrics")
let metricsTestKit: Target.Dependency = .product(name: "MetricsTestKit", package: "swift-metrics")
let nioCore: Target.Dependency = .product(name: "NIOCore", package: "swift-nio")
let nioHTTP1: Target.Dependency = .product(name: "NIOHTTP1", package: "swift-nio")
let nioPosix: Target.Dependency = .product(name: "NIOPosix", package: "swift-nio")
let nioSSL: Target.Dependency = .product(name: "NIOSSL", package: "swift-nio-ssl")
let serviceLifecycle: Target.Dependency = .product(name: "ServiceLifecycle", package: "swift-service-lifecycle")
let serviceLifecycleTestKit: Target.Dependency = .product(
    name: "ServiceLifecycleTestKit",
    package: "swift-service-lifecycle"
)
let subprocess: Target.Dependency = .product(name: "Subprocess", package: "swift-subprocess")
let swiftASN1: Target.Dependency = .product(name: "SwiftASN1", package: "swift-asn1")
let tomlKit: Target.Dependency = .product(name: "TOMLKit", package: "TOMLKit")
let unixSignals: Target.Dependency = .product(name: "UnixSignals", package: "swift-service-lifecycle")
let x509: Target.Dependency = .product(name: "X509", package: "swift-certificates")
let yams: Target.Dependency = .product(name: "Yams", package: "Yams")

/// A library target of the house.
func library(_ name: String, _ dependencies: [Target.Dependency] = []) -> Target {
    .target(name: name, dependencies: dependencies, swiftSettings: strict)
}

/// The test target that mirrors a library.
func tests(of name: String, _ dependencies: [Target.Dependency] = [], resources: [Resource]? = nil) -> Target {
    .testTarget(
        name: "\(name)Tests",
        dependencies: [.byName(name: name)] + dependencies,
        resources: resources,
        swiftSettings: strict
    )
}

let package = Package(
    name: "grantor",
    products: [
        .executable(name: "grantor", targets: ["grantor"])
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-asn1", from: "1.7.4"),
        .package(url: "https://github.com/apple/swift-async-algorithms", from: "1.1.4"),
        .package(url: "https://github.com/apple/swift-certificates", from: "1.21.1"),
        .package(url: "https://github.com/apple/swift-collections", from: "1.6.0"),
        .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
        .package(url: "https://github.com/apple/swift-http-types", from: "1.8.0"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
        .package(url: "https://github.com/apple/swift-metrics", from: "2.13.0"),
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
        .package(url: "https://github.com/apple/swift-nio-ssl", from: "2.37.6"),
        .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.1", traits: []),
        .package(url: "https://github.com/LebJe/TOMLKit", from: "0.6.0"),
        .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
        .package(url: "https://github.com/swift-server/async-http-client", from: "1.37.0"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
        .package(url: "https://github.com/swiftlang/swift-subprocess", from: "1.0.2", traits: []),
    ],
    targets: [
        // L0: values, no I/O.
        library("KubeCore"),
        library("AdminAPI", ["KubeCore"]),

        // L1: one outside thing each.
        library("YAMLSource", ["KubeCore", yams]),
        library(
            "KubeClient",
            [
                "KubeCore", "YAMLSource", asyncHTTPClient, logging, metrics, nioCore, nioHTTP1, nioPosix, nioSSL,
                subprocess,
            ]
        ),
        library(
            "KeySets",
            [
                "KubeCore", "AdminAPI", asyncHTTPClient, collections, crypto, cryptoExtras, logging, metrics, nioCore,
                nioHTTP1, nioPosix, nioSSL, serviceLifecycle, swiftASN1, x509,
            ]
        ),

        library("ServerCertificates", ["KubeCore", crypto, nioCore, nioSSL, swiftASN1, x509]),

        // L2: the controller runtime.
        library(
            "KubeController",
            ["KubeCore", "KubeClient", collections, logging, metrics, serviceLifecycle]
        ),

        // L3: what Grantor is for, and the doubles of the world around it.
        library(
            "AdminGrants",
            [
                "KubeCore", "AdminAPI", "YAMLSource", "KubeClient", "KeySets", "KubeController", crypto, logging,
                metrics, serviceLifecycle,
            ]
        ),
        library("Rendering", ["KubeCore", "AdminAPI", "YAMLSource", tomlKit]),
        library(
            "TokenAuthorizer",
            ["KubeCore", "AdminAPI", "KeySets", crypto, cryptoExtras, logging, metrics]
        ),
        library(
            "DevAPIServer",
            [
                "KubeCore", "ServerCertificates", "YAMLSource", asyncHTTPClient, collections, crypto, httpTypes,
                hummingbirdCore, hummingbirdTLS, logging, nioCore, nioHTTP1, nioPosix, nioSSL, serviceLifecycle,
            ]
        ),
        library(
            "DevIdentityProvider",
            [
                "KubeCore", "ServerCertificates", crypto, cryptoExtras, httpTypes, hummingbird, hummingbirdCore,
                hummingbirdTLS, logging, nioCore, nioSSL, serviceLifecycle,
            ]
        ),

        // L4: composition.
        library(
            "OperatorCore",
            [
                "KubeCore", "AdminAPI", "KubeClient", "KeySets", "ServerCertificates", "KubeController", "AdminGrants",
                asyncHTTPClient, crypto, httpTypes, hummingbird, hummingbirdTLS, logging, metrics, nioCore, nioPosix,
                nioSSL, serviceLifecycle, swiftASN1, x509,
            ]
        ),
        library(
            "GrantorCommands",
            [
                "KubeCore", "AdminAPI", "YAMLSource", "KubeClient", "KeySets", "KubeController", "AdminGrants",
                "DevAPIServer", "DevIdentityProvider", "OperatorCore", "Rendering", "TokenAuthorizer", argumentParser,
                asyncHTTPClient, logging, serviceLifecycle, unixSignals,
            ]
        ),

        // L5: the executable.
        .executableTarget(name: "grantor", dependencies: ["GrantorCommands", argumentParser], swiftSettings: strict),

        // Measures the executable; built only when it is asked for, or with everything.
        .executableTarget(
            name: "OperatorBenchmark",
            dependencies: [
                "KubeCore", "AdminAPI", "KubeClient", "KubeController", "DevIdentityProvider", argumentParser, logging,
                serviceLifecycle, unixSignals,
            ],
            path: "Benchmarks/OperatorBenchmark",
            swiftSettings: strict
        ),

        // What tests share.
        library("TestKit", ["KubeCore", "KubeClient", logging]),

        tests(of: "KubeCore", ["TestKit"]),
        tests(of: "AdminAPI", ["KubeCore", "TestKit"]),
        tests(of: "YAMLSource", ["KubeCore", "TestKit"]),
        tests(
            of: "KubeClient",
            ["KubeCore", "TestKit", nioCore, nioPosix, nioHTTP1, nioSSL, crypto, x509, swiftASN1, logging, metrics]
        ),
        tests(
            of: "KeySets",
            [
                "KubeCore", "TestKit", asyncHTTPClient, crypto, cryptoExtras, logging, metrics, metricsTestKit, nioCore,
                nioHTTP1, nioPosix, nioSSL, serviceLifecycle, swiftASN1, x509,
            ],
            resources: [.copy("Fixtures")]
        ),
        tests(of: "ServerCertificates", [crypto, nioSSL, swiftASN1, x509]),
        tests(
            of: "KubeController",
            [
                "KubeCore", "KubeClient", "DevAPIServer", "TestKit", logging, metrics, metricsTestKit,
                serviceLifecycle, serviceLifecycleTestKit,
            ]
        ),
        tests(
            of: "AdminGrants",
            [
                "KubeCore", "AdminAPI", "DevAPIServer", "KubeClient", "KeySets", "KubeController", "TestKit", crypto,
                logging, serviceLifecycle, serviceLifecycleTestKit,
            ]
        ),
        tests(of: "Rendering", ["KubeCore", "AdminAPI", "YAMLSource", "TestKit", subprocess]),
        tests(
            of: "TokenAuthorizer",
            [
                "KubeCore", "AdminAPI", "KeySets", "DevIdentityProvider", "TestKit", crypto, cryptoExtras, logging,
                metrics,
            ],
            resources: [.copy("Fixtures")]
        ),
        tests(
            of: "DevAPIServer",
            [
                "KubeCore", "TestKit", "YAMLSource", asyncHTTPClient, httpTypes, hummingbirdCore, logging, nioCore,
                nioHTTP1, nioSSL,
                serviceLifecycle, swiftASN1, x509,
            ]
        ),
        tests(
            of: "DevIdentityProvider",
            [
                "KubeCore", "TestKit", asyncHTTPClient, crypto, cryptoExtras, logging, nioCore, nioHTTP1,
                serviceLifecycle,
            ]
        ),
        .testTarget(
            name: "ConformanceTests",
            dependencies: ["DevAPIServer", "KubeClient", "KubeCore", "TestKit", logging],
            swiftSettings: strict
        ),
        .testTarget(
            name: "IntegrationTests",
            dependencies: [
                "AdminAPI", "DevAPIServer", "DevIdentityProvider", "KubeClient", "KubeCore", "Rendering",
                "TestKit", "TokenAuthorizer", "YAMLSource", logging, serviceLifecycle, subprocess,
            ],
            exclude: ["Fixtures", "Scripts"],
            swiftSettings: strict
        ),
        tests(
            of: "OperatorCore",
            [
                "AdminAPI", "AdminGrants", "DevAPIServer", "DevIdentityProvider", "KeySets", "KubeClient",
                "KubeController", "KubeCore", "TestKit", asyncHTTPClient, logging, metrics, metricsTestKit, nioCore,
                nioHTTP1, nioSSL, serviceLifecycle, x509,
            ]
        ),
        tests(
            of: "GrantorCommands",
            [
                "KubeCore", "AdminAPI", "AdminGrants", "KubeClient", "KeySets", "KubeController", "OperatorCore",
                "YAMLSource", "TestKit", "TokenAuthorizer", argumentParser, logging,
            ]
        ),
    ],
    swiftLanguageModes: [.v6]
)
