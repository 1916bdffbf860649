// swift-tools-version: 6.0
import PackageDescription

let package = Package(
    name: "Bench",
    dependencies: [.package(name: "Parsec", path: "..")],
    targets: [.executableTarget(name: "Calls", dependencies: [.product(name: "Parsec", package: "Parsec")])]
)
