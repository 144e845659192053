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
  ],
  targets: [
    // The floor: the same puts and reads in C, straight against the storage library.
    .target(name: "BareLMDB", linkerSettings: [.linkedLibrary("lmdb")]),
    .executableTarget(
      name: "chartledger-bench",
      dependencies: [
        "BareLMDB", chartLedger("Backend"), chartLedger("EventLog"), chartLedger("Practice"),
        chartLedger("PracticeEvents"), chartLedger("PracticeSimulator"),
        chartLedger("Projection"), chartLedger("Reports"),
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ],
      swiftSettings: swift6),
  ]
)
