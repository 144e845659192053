import Anchoring
import ArgumentParser
import AuditPacket
import Backend
import EventLog
import Foundation
import Interchange
import Practice
import PracticeEvents
import Projection
import ReportServer
import Reports
import TransparencyLog

/// An error as a person and a program see it: what happened, what to do, and the exit code
/// (sysexits where they fit).
struct Failure {
  var code: String
  var message: String
  var hint: String?
  var field: String?
  var details: [String] = []
  var exitCode: Int32

  init(_ error: any Error) {
    switch error {
    case let refusal as Refusal:
      self.init(
        "refused.\(refusal.rule)", refusal.problem, refusal.remedy, field: refusal.field,
        details: refusal.details, exit: 65)
    case let value as ValueError:
      self.init("value", "\(value.what): \(value.problem)", value.remedy, exit: 65)
    case let x12 as X12Error:
      self.init("x12", x12.problemWithPlace, x12.remedy, exit: 65)
    case let input as InputError:
      self.init("input", input.problem, nil, field: input.field, exit: 65)
    case let usage as UsageError: self.init("usage", usage.problem, usage.hint, exit: 64)
    case let report as ReportError: self.init(report)
    case let directory as DataDirectoryError: self.init(directory)
    case let log as EventLogError: self.init(log)
    case let refusal as WitnessRefusal: self.init("witness", refusal.description, nil, exit: 6)
    case is EvidenceError, is TimestampError, is WitnessFolderError, is QRCode.Failure:
      self.init("evidence", "\(error)", nil, exit: 65)
    case let finding as Finding: self.init("finding", finding.text, finding.hint, exit: 6)
    case let access as AccessNotRecorded: self.init("access", "\(access)", nil, exit: 74)
    case let access as AccessLogContradicted: self.init("access", "\(access)", nil, exit: 74)
    case let security as TransportSecurityError:
      self.init(
        "tls", security.description, "check the path, who may read it, and that it is in PEM",
        exit: 65)
    case let listening as ListeningError:
      self.init("listen", listening.description, nil, exit: 73)
    case let packet as PacketFault: self.init("packet", packet.description, nil, exit: 74)
    case let projection as ProjectionError: self.init(projection)
    case let backup as BackupError: self.init(backup)
    case let file as CocoaError:
      self.init(
        "file", "\(file.filePath ?? "a file") cannot be used: \(file.localizedDescription)",
        "check the path and who may read and write it",
        exit: file.code == .fileReadNoSuchFile ? 66 : 74)
    case is CancellationError: self.init("cancelled", "stopped", nil, exit: 2)
    default: self.init("unexpected", "\(error)", nil, exit: 1)
    }
  }

  /// What the argument parser says: its first line is the error, the rest help.
  init(usage message: String) {
    let lines = message.split(separator: "\n", maxSplits: 1).map(String.init)
    let error = lines.first ?? "the command line cannot be read"
    let isError = error.hasPrefix("Error: ")
    self.init(
      "usage", isError ? String(error.dropFirst(7)) : error, lines.count > 1 ? lines[1] : nil,
      exit: 64)
  }

  private init(
    _ code: String, _ message: String, _ hint: String?, field: String? = nil,
    details: [String] = [], exit: Int32
  ) {
    self.code = code
    self.message = message
    self.hint = hint
    self.field = field
    self.details = details
    self.exitCode = exit
  }

  private init(_ error: ReportError) {
    let exit: Int32 =
      switch error {
      case .unknownReport, .notFound: 3
      case .notAllowed: 4
      case .unknownParameter, .missingParameter, .malformedParameter, .noCalendar, .noPicture,
        .asOfAhead, .asOfToCome:
        64
      }
    self.init("report", error.description, nil, exit: exit)
  }

  private init(_ error: DataDirectoryError) {
    let exit: Int32 =
      switch error {
      case .absent, .notEstablished, .unfinished, .logless: 66
      case .occupied, .beingMade: 73
      case .unreachable: 74
      }
    self.init("data-directory", error.description, nil, exit: exit)
  }

  private init(_ error: ProjectionError) {
    let exit: Int32 =
      switch error {
      case .unknownView: 3
      case .notReached, .unsettled: 75
      case .beyondHead: 64
      default: 74
      }
    self.init("view", "\(error)", nil, exit: exit)
  }

  private init(_ error: BackupError) {
    let exit: Int32 =
      switch error {
      case .absent: 66
      case .differs: 6
      case .disk: 74
      }
    self.init("backup", error.description, nil, exit: exit)
  }

  private init(_ error: EventLogError) {
    let exit: Int32 =
      switch error {
      case .conditionFailed, .duplicateEventID, .duplicateBlobID: 5
      case .overloaded: 75
      case .notALog: 66
      case .stopped, .storage, .damaged, .frozen: 74
      default: 65
      }
    self.init("log", error.description, nil, exit: exit)
  }

  /// Writes it to stderr: two lines for people, and one JSON object when JSON was asked for.
  func say(asJSON: Bool) {
    let place = field.map { "\($0): " } ?? ""
    Console.say("chartledger: error: \(place)\(message)")
    for detail in details { Console.say("  \(detail)") }
    if let hint { Console.say("hint: \(hint)") }
    guard asJSON else { return }
    var object: [String: Any] = ["code": code, "message": message]
    object["hint"] = hint
    object["field"] = field
    if !details.isEmpty { object["details"] = details }
    let json = try? JSONSerialization.data(
      withJSONObject: ["error": object], options: [.sortedKeys, .withoutEscapingSlashes])
    if let json { Console.say(String(decoding: json, as: UTF8.self)) }
  }
}

/// A check found a difference: not a failure of the program, yet not success (exit code 6).
struct Finding: Error {
  var text: String
  var hint: String
}
