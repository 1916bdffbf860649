// swift-tools-version: 6.0
import PackageDescription

/// Warnings are errors if the compiler has a flag for it.
let strict: [SwiftSetting] = [.swiftLanguageMode(.v6)]

let package = Package(
    name: "Parsec",
    products: [
        .library(name: "Parsec", targets: ["Parsec"])
    ],
    targets: [
        // The native library, which pkg-config finds: `parsec-uniffi.pc`.
        .systemLibrary(name: "ParsecFFI", path: "Sources/ParsecFFI", pkgConfig: "parsec-uniffi"),
        // What uniffi writes of it; no part of the public face.
        .target(
            name: "ParsecBinding",
            dependencies: ["ParsecFFI"],
            swiftSettings: [.swiftLanguageMode(.v5)]
        ),
        .target(
            name: "Parsec",
            dependencies: ["ParsecBinding"],
            swiftSettings: strict + [.enableUpcomingFeature("InternalImportsByDefault")]
        ),
        .testTarget(name: "ParsecTests", dependencies: ["Parsec"], swiftSettings: strict),
    ]
)
