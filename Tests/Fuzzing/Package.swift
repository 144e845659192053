// swift-tools-version: 6.2
import PackageDescription

func chartLedger(_ product: String) -> Target.Dependency {
  .product(name: product, package: "ChartLedger")
}

// A package of its own: its one program is linked with libFuzzer, and everything below it is built
// with coverage instrumentation and testability. Nobody who builds ChartLedger builds that.
let package = Package(
  name: "ChartLedgerFuzzing",
  platforms: [.macOS(.v15)],
  dependencies: [.package(name: "ChartLedger", path: "../..")],
  targets: [
    .executableTarget(
      name: "chartledger-fuzz",
      dependencies: [
        chartLedger("Anchoring"), chartLedger("AuditPacket"), chartLedger("Backend"),
        chartLedger("ChartLedgerCommand"), chartLedger("EventLog"), chartLedger("Interchange"),
        chartLedger("Practice"), chartLedger("PracticeEvents"), chartLedger("PracticeSimulator"),
        chartLedger("Projection"), chartLedger("Reports"), chartLedger("ReportServer"),
        chartLedger("TransparencyLog"),
      ],
      // libFuzzer brings the main function.
      swiftSettings: [
        .enableUpcomingFeature("ExistentialAny"), .unsafeFlags(["-parse-as-library"]),
      ])
  ]
)
