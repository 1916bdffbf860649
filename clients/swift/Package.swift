// swift-tools-version: 6.0
import PackageDescription

/// The native library, in this package. The linker gets a file relative to its own folders, `-l:FILE`: from
/// each of them the path leads to the root, and from there to the file. SwiftPM permits no flag that adds a
/// folder (`-L`) in a dependency with a version.
let native = "\(Context.packageDirectory)/native/libparsec_uniffi.a"
let upToRoot = String(repeating: "../", count: 32)

let strict: [SwiftSetting] = [.swiftLanguageMode(.v6), .enableUpcomingFeature("InternalImportsByDefault")]

let package = Package(
    name: "Parsec",
    products: [
        .library(name: "Parsec", targets: ["Parsec"])
    ],
    targets: [
        .systemLibrary(name: "ParsecFFI", path: "Sources/ParsecFFI"),
        // The output of uniffi's generator; not public.
        .target(
            name: "ParsecBinding",
            dependencies: ["ParsecFFI"],
            swiftSettings: [.swiftLanguageMode(.v5)],
            linkerSettings: [.linkedLibrary(":\(upToRoot)\(native.dropFirst())"), .linkedLibrary("m")]
        ),
        .target(name: "Parsec", dependencies: ["ParsecBinding"], swiftSettings: strict),
    ]
)
