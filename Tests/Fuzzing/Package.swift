// swift-tools-version: 6.2
import PackageDescription

func chartLedger(_ product: String) -> Target.Dependency {
  .product(name: product, package: "ChartLedger")
}

let swift6: [SwiftSetting] = [.enableUpcomingFeature("ExistentialAny")]
/// libFuzzer brings the main function.
let fuzzer: [SwiftSetting] = swift6 + [.unsafeFlags(["-parse-as-library"])]

// A package of its own: its programs are linked with libFuzzer, and everything below them is built with
// coverage instrumentation and testability. Nobody who builds ChartLedger builds that.
let package = Package(
  name: "ChartLedgerFuzzing",
  platforms: [.macOS(.v15)],
  dependencies: [.package(name: "ChartLedger", path: "../..")],
  targets: [
    // Links to single files of the program, whose modules would take long to build.
    .target(name: "Texts", swiftSettings: swift6),
    // What reads a format from outside, without a clinic or a server.
    .target(
      name: "Formats",
      dependencies: [
        "Texts", chartLedger("Anchoring"), chartLedger("EventLog"), chartLedger("Interchange"),
        chartLedger("Practice"), chartLedger("PracticeEvents"), chartLedger("Projection"),
        chartLedger("TransparencyLog"),
      ], swiftSettings: swift6),
    .executableTarget(
      name: "chartledger-fuzz-formats", dependencies: ["Formats"], swiftSettings: fuzzer),
    .executableTarget(
      name: "chartledger-fuzz",
      dependencies: [
        "Formats", chartLedger("AuditPacket"), chartLedger("Backend"), chartLedger("EventLog"),
        chartLedger("Practice"), chartLedger("PracticeEvents"), chartLedger("PracticeSimulator"),
        chartLedger("Reports"), chartLedger("ReportServer"), chartLedger("TransparencyLog"),
      ], swiftSettings: fuzzer),
  ]
)
