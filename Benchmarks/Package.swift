// swift-tools-version: 6.2
import PackageDescription

let swift6: [SwiftSetting] = [.enableUpcomingFeature("ExistentialAny")]

func chartLedger(_ product: String) -> Target.Dependency {
  .product(name: product, package: "ChartLedger")
}

// A package of its own, so that nobody who builds ChartLedger builds its measurements.
let package = Package(
  name: "ChartLedgerBenchmarks",
  platforms: [.macOS(.v15)],
  dependencies: [
    .package(name: "ChartLedger", path: ".."),
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
    .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
    .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.1"),
  ],
  targets: [
    // The floor: the same puts and reads in C, straight against the storage library.
    .target(name: "BareLMDB", linkerSettings: [.linkedLibrary("lmdb")]),
    // An event log in SQLite, from C.
    .target(name: "BareSQLite", linkerSettings: [.linkedLibrary("sqlite3")]),
    // Counts flushes, of this program or, preloaded, of others.
    .target(name: "FlushCounter"),
    // One hot path alone, for counting instructions.
    .executableTarget(
      name: "hot-paths",
      dependencies: [
        chartLedger("EventLog"), chartLedger("Practice"), chartLedger("PracticeEvents"),
        chartLedger("PracticeSimulator"), chartLedger("Projection"), chartLedger("ReadModels"),
      ],
      swiftSettings: swift6),
    .executableTarget(
      name: "chartledger-bench",
      dependencies: [
        "BareLMDB", "BareSQLite", "FlushCounter", chartLedger("Backend"),
        chartLedger("EventLog"), chartLedger("Practice"), chartLedger("PracticeEvents"),
        chartLedger("PracticeSimulator"), chartLedger("Projection"),
        chartLedger("ReadModels"), chartLedger("ReportServer"), chartLedger("Reports"),
        chartLedger("TransparencyLog"),
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
        .product(name: "GRDB", package: "GRDB.swift"),
        .product(name: "Hummingbird", package: "hummingbird"),
      ],
      swiftSettings: swift6),
  ]
)
