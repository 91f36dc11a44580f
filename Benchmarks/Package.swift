// swift-tools-version: 6.2
// Grantor
// SPDX-License-Identifier: Apache-2.0

import PackageDescription

let package = Package(
    name: "grantor-benchmarks",
    dependencies: [
        .package(name: "grantor", path: ".."),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
    ],
    targets: [
        .executableTarget(
            name: "OperatorBenchmark",
            dependencies: [
                .product(name: "GrantorKit", package: "grantor"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
            ]
        )
    ],
    swiftLanguageModes: [.v6]
)
