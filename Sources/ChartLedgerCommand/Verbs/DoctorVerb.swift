import ArgumentParser
import Backend
import EventLog
import Foundation
import Practice
import Reports

/// `chartledger doctor`: is everything as it should be?
struct DoctorVerb: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "doctor",
    abstract:
      "Check the data directory, the machine and the views; exit code 6 if something is wrong."
  )

  @OptionGroup var data: DataOption
  @OptionGroup var output: FormatOption
  @Flag(help: "Check the books instead: the sums that must agree, from the log and from the views.")
  var books = false

  func run() async throws {
    let backend = try data.open()
    let checks =
      books
      ? try BooksCheck(backend: backend).checks() : try Doctor(backend: backend).checks()
    try Console.write(Self.listing(checks, output.format).render(output.format))
    let wrong = checks.filter { $0.result == .wrong }
    if !wrong.isEmpty {
      throw Finding(
        text: "\(wrong.count) check\(wrong.count == 1 ? "" : "s") failed",
        hint: "see the column What to do")
    }
  }

  /// For people without the column What to do when there is nothing to do: it would take the room of
  /// the others.
  private static func listing(_ checks: [HealthCheck], _ format: ReportFormat) -> Listing {
    let columns = [
      Column("check", "Check", .text), Column("result", "Result", .text),
      Column("detail", "Detail", .text), Column("remedy", "What to do", .text),
    ]
    let isAllWell = checks.allSatisfy { $0.remedy.isEmpty }
    let shown = format == .table && isAllWell ? columns.count - 1 : columns.count
    return Listing(
      title: "Doctor", columns: Array(columns.prefix(shown)),
      rows: checks.map {
        let cells: [Cell] = [
          .text($0.name), .text($0.result.rawValue), .text($0.detail), .text($0.remedy),
        ]
        return Array(cells.prefix(shown))
      })
  }
}

/// One thing looked at.
struct HealthCheck {
  enum Result: String { case ok, note, wrong }
  var name: String
  var result: Result
  var detail: String
  var remedy = ""
}

struct Doctor {
  let backend: Backend

  func checks() throws -> [HealthCheck] {
    let log = try backend.store.statistics()
    return [
      clinic(), check("schema", schema), check("evidence") { try evidence(log) },
      check("access", access), clock(log), space(log), readers(log), check("views", views),
      check("balances", balances),
    ]
  }

  /// What cannot even be looked at is wrong, and the rest is looked at all the same.
  private func check(_ name: String, _ look: () throws -> HealthCheck) -> HealthCheck {
    do {
      return try look()
    } catch {
      let failure = Failure(error)
      return HealthCheck(
        name: name, result: .wrong, detail: failure.message,
        remedy: failure.hint ?? "see the detail")
    }
  }

  private func clinic() -> HealthCheck {
    do {
      let profile = try backend.clinic().profile
      _ = try backend.zone()
      return HealthCheck(
        name: "clinic", result: .ok, detail: "\(profile.name), \(profile.timeZone)")
    } catch {
      return HealthCheck(
        name: "clinic", result: .wrong, detail: Failure(error).message,
        remedy: "run chartledger init, or install tzdata")
    }
  }

  private func schema() throws -> HealthCheck {
    let schemas = try backend.store.read { try LogFacts($0).system().schemas }
    guard let last = schemas.last else {
      return HealthCheck(
        name: "schema", result: .note, detail: "the log holds no schema yet",
        remedy: "it is written with the next command")
    }
    return HealthCheck(name: "schema", result: .ok, detail: last.version)
  }

  /// Whether the log agrees with what was signed, and how much of it is.
  private func evidence(_ log: LogStatistics) throws -> HealthCheck {
    if let reason = backend.keeper.frozen {
      return contradicted("evidence", "the log is frozen", reason)
    }
    guard let last = try backend.newestCheckpoint() else {
      return HealthCheck(
        name: "evidence", result: .note, detail: "no checkpoint is signed yet",
        remedy: "run chartledger log checkpoint")
    }
    return HealthCheck(
      name: "evidence", result: .ok,
      detail:
        "\(last.size) events are signed, \(log.events - min(log.events, last.size)) are not yet"
    )
  }

  /// The same of the record of who read what.
  private func access() throws -> HealthCheck {
    guard let standing = try backend.accessLogStanding() else {
      return HealthCheck(name: "access", result: .ok, detail: "nothing has been read yet")
    }
    if let contradiction = standing.contradiction {
      return contradicted("access", "the access log is not what was signed", contradiction.reason)
    }
    return HealthCheck(
      name: "access", result: standing.signed > 0 ? .ok : .note,
      detail: "\(standing.signed) entries about readings are signed, "
        + "\(standing.entries - min(standing.entries, standing.signed)) are not yet",
      remedy: standing.signed > 0 ? "" : "run chartledger log checkpoint")
  }

  /// - Parameter reason: what happened, and after a semicolon what to do.
  private func contradicted(_ name: String, _ what: String, _ reason: String) -> HealthCheck {
    let parts = reason.split(separator: ";", maxSplits: 1).map(String.init)
    return HealthCheck(
      name: name, result: .wrong, detail: "\(what): \(parts[0])",
      remedy: parts.count > 1 ? parts[1].trimmingCharacters(in: .whitespaces) : "")
  }

  private func clock(_ log: LogStatistics) -> HealthCheck {
    guard let last = log.headRecordedAt, last > .now else {
      return HealthCheck(name: "clock", result: .ok, detail: "after the last event")
    }
    return HealthCheck(
      name: "clock", result: .wrong, detail: "the last event was recorded at \(last), after now",
      remedy: "set the machine's clock; events go on being recorded after that time")
  }

  private func space(_ log: LogStatistics) -> HealthCheck {
    let attributes = try? FileManager.default.attributesOfFileSystem(
      forPath: backend.directory.path)
    let free = (attributes?[.systemFreeSize] as? NSNumber)?.int64Value ?? 0
    let megabytes = free / 1_048_576
    let used = log.bytesUsed / 1_048_576
    guard megabytes >= 512 else {
      return HealthCheck(
        name: "space", result: .wrong, detail: "\(megabytes) MiB free", remedy: "free disk space")
    }
    return HealthCheck(
      name: "space", result: .ok, detail: "\(megabytes) MiB free; the log uses \(used) MiB")
  }

  private func readers(_ log: LogStatistics) -> HealthCheck {
    let detail = "\(log.readersInUse) of \(log.maxReaders) reader slots in use"
    guard log.readersInUse * 2 < log.maxReaders else {
      return HealthCheck(
        name: "readers", result: .wrong, detail: detail,
        remedy: "look for stopped processes that hold the log open")
    }
    return HealthCheck(name: "readers", result: .ok, detail: detail)
  }

  private func views() throws -> HealthCheck {
    let status = try backend.views.status()
    let behind = status.map(\.lag).max() ?? 0
    guard status.allSatisfy({ $0.storedVersion == $0.version }) else {
      return HealthCheck(
        name: "views", result: .note, detail: "some views are not built by this program",
        remedy: "the next report builds them; or run chartledger view rebuild")
    }
    return HealthCheck(name: "views", result: .ok, detail: "\(behind) events behind the log")
  }

  /// Σ of every patient's balance is the A/R total less the credits.
  private func balances() throws -> HealthCheck {
    let sums = try backend.balanceSums()
    let agree = sums.balances == sums.receivables - sums.credits
    return HealthCheck(
      name: "balances", result: agree && sums.unbalancedCharges == 0 ? .ok : .wrong,
      detail: "balances \(sums.balances.grouped) = receivables \(sums.receivables.grouped) "
        + "− credits \(sums.credits.grouped)",
      remedy: agree ? "" : "run chartledger view rebuild, then chartledger log verify")
  }
}
