import ArgumentParser
import Backend
import EventLog
import Foundation
import Practice
import Reports

struct LogStat: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "stat", abstract: "How large the log is, since when, and its tree's root.")

  @OptionGroup var data: DataOption
  @OptionGroup var output: FormatOption

  func run() async throws {
    let backend = try data.open()
    let log = try backend.store.statistics()
    let tree = try backend.store.treeHead()
    func time(_ time: LogTime?) -> String { time.map { "\($0)" } ?? "" }
    let rows: [(String, String)] = [
      ("log id", "\(log.id)"), ("events", "\(log.events)"),
      ("first recorded at", time(log.firstRecordedAt)),
      ("last recorded at", time(log.headRecordedAt)), ("subjects", "\(log.streams)"),
      ("index terms", "\(log.tags)"), ("commands", "\(log.commands)"), ("blobs", "\(log.blobs)"),
      ("bytes used", "\(log.bytesUsed)"), ("bytes at most", "\(log.mapBytes)"),
      ("readers", "\(log.readersInUse) of \(log.maxReaders)"),
      ("tree size", "\(tree.size)"), ("tree root", tree.root.base64),
    ]
    try Console.write(
      Listing(
        title: "Log",
        columns: [Column("what", "What", .text), Column("value", "Value", .text)],
        rows: rows.map { [.text($0.0), .text($0.1)] }
      ).render(output.format))
  }
}

struct LogSchema: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "schema",
    abstract: "Print the schema that is stored in the log: the .proto files its events follow.",
    discussion: """
      Any protobuf tool can read the log's events with the descriptor set:
        chartledger log schema --data clinic --descriptor-set > schema.binpb
      """)

  @OptionGroup var data: DataOption
  @Flag(help: "Write the FileDescriptorSet, in binary, instead of the sources.")
  var descriptorSet = false

  func run() async throws {
    let backend = try data.open()
    let bytes = try backend.store.read { log -> [UInt8] in
      let schema = try LogFacts(log).system().schemas.last
      let name = descriptorSet ? schema?.descriptorSetBlob : schema?.sourceBlob
      guard let id = name.flatMap({ BlobID($0) }), let bytes = try log.blob(id) else {
        throw Finding(
          text: "this log holds no schema yet", hint: "it is written with the next command")
      }
      return bytes
    }
    try Console.write(bytes)
  }
}
