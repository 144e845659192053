// swift-tools-version: 6.2
import PackageDescription

/// `CHARTLEDGER_STRICT=1` turns every warning of our own targets into an error (CI sets it).
let strict: [SwiftSetting] =
  Context.environment["CHARTLEDGER_STRICT"] == "1" ? [.treatAllWarnings(as: .error)] : []

let swift6: [SwiftSetting] = [.enableUpcomingFeature("ExistentialAny")] + strict

/// Storage code borrows bytes straight out of the memory map; the compiler checks that no borrow
/// outlives its transaction.
let zeroCopy: [SwiftSetting] = swift6 + [.enableExperimentalFeature("Lifetimes")]

let protobuf: Target.Dependency = .product(name: "SwiftProtobuf", package: "swift-protobuf")
let crypto: Target.Dependency = .product(name: "Crypto", package: "swift-crypto")
let asn1: Target.Dependency = .product(name: "SwiftASN1", package: "swift-asn1")
let arguments: Target.Dependency =
  .product(name: "ArgumentParser", package: "swift-argument-parser")
let logging: Target.Dependency = .product(name: "Logging", package: "swift-log")
let httpTypes: Target.Dependency = .product(name: "HTTPTypes", package: "swift-http-types")
let hummingbird: Target.Dependency = .product(name: "Hummingbird", package: "hummingbird")
let hummingbirdCore: Target.Dependency = .product(name: "HummingbirdCore", package: "hummingbird")
let hummingbirdTLS: Target.Dependency = .product(name: "HummingbirdTLS", package: "hummingbird")
let nio: Target.Dependency = .product(name: "NIOCore", package: "swift-nio")
let nioEmbedded: Target.Dependency = .product(name: "NIOEmbedded", package: "swift-nio")
let nioHTTPTypes: Target.Dependency = .product(name: "NIOHTTPTypes", package: "swift-nio-extras")
let hummingbirdTesting: Target.Dependency =
  .product(name: "HummingbirdTesting", package: "hummingbird")

// The folders under Sources follow the route of the data, left to right:
// command → decision → event → append → log → projector → read model → report → CLI / HTTP.
// Imports only point left; Tests/ArchitectureTests fails on any other.
let package = Package(
  name: "ChartLedger",
  platforms: [.macOS(.v15)],
  products: [
    .executable(name: "chartledger", targets: ["chartledger"]),
    .library(name: "Anchoring", targets: ["Anchoring"]),
    .library(name: "AuditPacket", targets: ["AuditPacket"]),
    .library(name: "Backend", targets: ["Backend"]),
    .library(name: "ChartLedgerCommand", targets: ["ChartLedgerCommand"]),
    .library(name: "EventLog", targets: ["EventLog"]),
    .library(name: "Interchange", targets: ["Interchange"]),
    .library(name: "Practice", targets: ["Practice"]),
    .library(name: "PracticeEvents", targets: ["PracticeEvents"]),
    .library(name: "PracticeSimulator", targets: ["PracticeSimulator"]),
    .library(name: "Projection", targets: ["Projection"]),
    .library(name: "ReadModels", targets: ["ReadModels"]),
    .library(name: "ReportServer", targets: ["ReportServer"]),
    .library(name: "Reports", targets: ["Reports"]),
    .library(name: "TransparencyLog", targets: ["TransparencyLog"]),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
    .package(url: "https://github.com/apple/swift-asn1.git", from: "1.7.4"),
    .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
    .package(url: "https://github.com/apple/swift-http-types.git", from: "1.4.0"),
    .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
    .package(url: "https://github.com/apple/swift-nio.git", from: "2.80.0"),
    .package(url: "https://github.com/apple/swift-nio-extras.git", from: "1.20.0"),
    .package(url: "https://github.com/apple/swift-protobuf", from: "1.39.0"),
    .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.1"),
  ],
  targets: [
    .systemLibrary(name: "CLMDB", pkgConfig: "lmdb", providers: [.apt(["liblmdb-dev"])]),
    .target(name: "CMapFault", dependencies: ["CLMDB"]),
    .target(name: "LMDB", dependencies: ["CLMDB", "CMapFault"], swiftSettings: zeroCopy),
    .target(name: "TransparencyLog", dependencies: [crypto], swiftSettings: swift6),
    .target(
      name: "Anchoring", dependencies: ["TransparencyLog", asn1, crypto], swiftSettings: swift6),
    .target(
      name: "EventLog", dependencies: ["LMDB", "TransparencyLog"], swiftSettings: zeroCopy),
    .target(
      name: "PracticeEvents", dependencies: [protobuf], exclude: ["Protos"],
      swiftSettings: swift6),
    .target(
      name: "Practice", dependencies: ["PracticeEvents", protobuf], exclude: ["Protos"],
      swiftSettings: swift6),
    .target(
      name: "Interchange", dependencies: ["Practice", "PracticeEvents"], swiftSettings: swift6),
    .target(
      name: "Projection", dependencies: ["EventLog", "LMDB", "PracticeEvents", protobuf],
      swiftSettings: zeroCopy),
    .target(
      name: "ReadModels", dependencies: ["Projection", "Practice", protobuf], exclude: ["Protos"],
      swiftSettings: swift6),
    .target(
      name: "Reports", dependencies: ["ReadModels", "Projection", "Practice"],
      swiftSettings: swift6),
    .target(
      name: "AuditPacket",
      dependencies: [
        "Anchoring", "EventLog", "Practice", "PracticeEvents", "Reports", "TransparencyLog",
      ],
      swiftSettings: swift6),
    .target(name: "PracticeSimulator", dependencies: ["Practice"], swiftSettings: swift6),
    .target(
      name: "Backend",
      dependencies: [
        "AuditPacket", "EventLog", "Interchange", "Practice", "Projection", "ReadModels", "Reports",
        "TransparencyLog",
      ],
      swiftSettings: swift6),
    .target(
      name: "ReportServer",
      dependencies: [
        "Backend", "Reports", crypto, httpTypes, hummingbird, hummingbirdCore, hummingbirdTLS,
        logging, nio,
        nioHTTPTypes,
      ],
      swiftSettings: swift6),
    .target(
      name: "ChartLedgerCommand",
      dependencies: [
        "Anchoring", "AuditPacket", "Backend", "Interchange", "PracticeSimulator", "Reports",
        "ReportServer", arguments,
      ],
      swiftSettings: swift6),
    .executableTarget(
      name: "chartledger", dependencies: ["ChartLedgerCommand"], swiftSettings: swift6),

    .target(name: "TestSupport", dependencies: ["EventLog", "Practice"], swiftSettings: swift6),
    .testTarget(name: "LMDBTests", dependencies: ["LMDB", "TestSupport"], swiftSettings: zeroCopy),
    .testTarget(
      name: "TransparencyLogTests", dependencies: ["TransparencyLog", "TestSupport"],
      swiftSettings: swift6),
    .testTarget(
      name: "AnchoringTests", dependencies: ["Anchoring", "TransparencyLog", "TestSupport"],
      swiftSettings: swift6),
    .target(
      name: "EventLogConformance", dependencies: ["EventLog"], path: "Tests/EventLogConformance",
      swiftSettings: swift6),
    .testTarget(
      name: "EventLogTests",
      dependencies: [
        "EventLog", "EventLogConformance", "LMDB", "TransparencyLog", "TestSupport",
      ],
      swiftSettings: swift6),
    .testTarget(
      name: "PracticeTests", dependencies: ["Practice", "TestSupport", protobuf],
      swiftSettings: swift6),
    .testTarget(
      name: "InterchangeTests",
      dependencies: ["Interchange", "Practice", "PracticeEvents", "TestSupport"],
      swiftSettings: swift6),
    .testTarget(
      name: "PracticeSimulatorTests", dependencies: ["PracticeSimulator", "TestSupport"],
      swiftSettings: swift6),
    .target(
      name: "ProjectorContract", dependencies: ["Projection", "EventLog", "PracticeEvents"],
      path: "Tests/ProjectorContract",
      swiftSettings: swift6),
    .testTarget(
      name: "ProjectionTests",
      dependencies: ["Projection", "ProjectorContract", "TestSupport", "LMDB", protobuf],
      swiftSettings: swift6),
    .testTarget(
      name: "ReadModelsTests",
      dependencies: ["ReadModels", "PracticeSimulator", "ProjectorContract", "TestSupport"],
      swiftSettings: swift6),
    .testTarget(
      name: "ReportsTests", dependencies: ["Reports", "PracticeSimulator", "TestSupport"],
      swiftSettings: swift6),
    .testTarget(
      name: "AuditPacketTests",
      dependencies: ["AuditPacket", "Backend", "PracticeSimulator", "Reports", "TestSupport"],
      swiftSettings: swift6),
    .testTarget(
      name: "BackendTests",
      dependencies: [
        "AuditPacket", "Backend", "Interchange", "LMDB", "PracticeSimulator", "TestSupport",
        crypto,
      ],
      swiftSettings: swift6),
    .testTarget(
      name: "ReportServerTests",
      dependencies: [
        "ReportServer", "TestSupport", httpTypes, hummingbirdTesting, nio, nioEmbedded,
        nioHTTPTypes,
      ],
      swiftSettings: swift6),
    .testTarget(
      name: "ChartLedgerCommandTests",
      dependencies: ["ChartLedgerCommand", "chartledger", "TestSupport"], swiftSettings: swift6),
    .testTarget(name: "ArchitectureTests", swiftSettings: swift6),

    // The crash lab: tools/crashlab builds and runs it. Here, and not in a package of its own, because
    // it uses the seams that the log has for it.
    .target(
      name: "CrashLaboratory",
      dependencies: [
        "Backend", "EventLog", "Interchange", "LMDB", "Practice", "PracticeEvents", "Projection",
        "Reports", "TestSupport", "TransparencyLog", protobuf,
      ],
      path: "Tests/CrashLab/Laboratory", swiftSettings: zeroCopy),
    .executableTarget(
      name: "crashlab", dependencies: ["CrashLaboratory", arguments],
      path: "Tests/CrashLab/Program", swiftSettings: swift6),
    .testTarget(
      name: "CrashLabTests", dependencies: ["CrashLaboratory"], swiftSettings: swift6),
  ]
)

// `CHARTLEDGER_ONLY=LMDBTests,EventLogTests` leaves out whatever these targets do not need, so that
// a build of its own for a sanitizer stays short.
if let only = Context.environment["CHARTLEDGER_ONLY"] {
  var needed = Set(only.split(separator: ",").map(String.init))
  var count = 0
  while count < needed.count {
    count = needed.count
    for target in package.targets where needed.contains(target.name) {
      for case .byNameItem(let name, _) in target.dependencies { needed.insert(name) }
    }
  }
  package.targets.removeAll { !needed.contains($0.name) }
  package.products = []
}
