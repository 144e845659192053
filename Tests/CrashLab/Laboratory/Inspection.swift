import EventLog
import Foundation
import Projection
import TransparencyLog

/// Opens what a crash has left, and compares it with what was promised.
protocol Inspection: Sendable {
  /// Makes it again in a child; see `inspection(_:)`.
  var arguments: [String] { get }
  /// - Parameter marks: all that had been told to others before the crash.
  func problems(in directory: String, _ marks: Marks) async -> [Problem]
}

/// Of a clinic whose clients follow a plan.
struct ClinicInspection: Inspection {
  var plan: Plan
  /// Whether the planted `SplitProjector` was among the projectors.
  var plant = false

  var arguments: [String] {
    ["clinic", "\(plan.seed)", "\(plan.clients)", plant ? "planted" : "sound"]
  }

  func problems(in directory: String, _ marks: Marks) async -> [Problem] {
    var problems = marks.problems
    do {
      let clinic = try Clinic(directory, plant: plant)
      problems += try log(clinic, marks)
      problems += try checkpoints(clinic, marks)
      problems += try views(clinic)
      problems += try await goingOn(clinic, marks)
    } catch {
      problems.append(Problem(.cannotOpen, "\(error)"))
    }
    return problems
  }

  // MARK: Log

  private func log(_ clinic: Clinic, _ marks: Marks) throws -> [Problem] {
    do {
      _ = try clinic.log.verify(signers: clinic.keeper.signers())
    } catch {
      return [Problem(.tree, "\(error)")]
    }
    return try clinic.log.read { log in
      var problems: [Problem] = []
      var found: [UInt64: [Range<UInt64>]] = [:]
      let events = try log.events(.all)
      var start = events.startIndex
      while start < events.endIndex {
        let command = events[start].command
        let end = events[start...].firstIndex { $0.command != command } ?? events.endIndex
        guard let (client, number) = plan.place(of: command) else {
          problems.append(Problem(.duplicate, "command \(command) was never given"))
          start = end
          continue
        }
        let known = UInt64(found[client]?.count ?? 0)
        if number != known {
          problems.append(
            Problem(
              number < known ? .duplicate : .disorder,
              "request \(number) of client \(client) follows its request \(known)"))
        }
        found[client, default: []].append(
          events[start].position.rawValue..<events[start].position.rawValue
            + UInt64(end - start))
        problems += try self.request(client, number, events[start..<end], log)
        start = end
      }
      return problems + lost(found, marks, log)
    }
  }

  /// Whether a request is there as a whole, and unchanged.
  private func request(
    _ client: UInt64, _ number: UInt64, _ events: ArraySlice<RecordedEvent>,
    _ log: any LogSnapshot
  ) throws -> [Problem] {
    let proposal = try plan.request(client, number).proposal
    let found = events.map {
      NewEvent(
        id: $0.id, stream: $0.stream, kind: $0.kind, tags: $0.tags, payload: $0.payload)
    }
    var isWhole = found == proposal.events
    for blob in proposal.blobs { isWhole = try isWhole && log.blob(blob.id) == blob.bytes }
    isWhole = try isWhole && log.receipt(for: plan.command(client, number)) != nil
    return isWhole ? [] : [Problem(.halfVisible, "request \(number) of client \(client)")]
  }

  private func lost(
    _ found: [UInt64: [Range<UInt64>]], _ marks: Marks, _ log: any LogSnapshot
  ) -> [Problem] {
    marks.acknowledged.flatMap { client, promised -> [Problem] in
      let kept = found[client] ?? []
      // One client waits for each answer, so at most one request is there without it.
      if kept.count > promised.count + 1 {
        return [Problem(.disorder, "client \(client) has \(kept.count) requests in the log")]
      }
      return promised.enumerated().compactMap { number, positions in
        guard number >= kept.count || kept[number] != positions else { return nil }
        return Problem(
          .lost,
          "request \(number) of client \(client), acknowledged at \(positions); head \(log.head)")
      }
    }
  }

  // MARK: Checkpoints

  private func checkpoints(_ clinic: Clinic, _ marks: Marks) throws -> [Problem] {
    if let reason = clinic.keeper.frozen { return [Problem(.lock, reason)] }
    var released: [UInt64: TreeHash] = [:]
    for note in try clinic.keeper.checkpoints() {
      let checkpoint = try Checkpoint(parsing: note.text)
      released[checkpoint.size] = checkpoint.root
    }
    for handedOut in marks.signed where released[handedOut.size] != handedOut.root {
      return [Problem(.lock, "the checkpoint of size \(handedOut.size) was handed out and is gone")]
    }
    _ = try clinic.sign()
    return []
  }

  // MARK: Views

  private func views(_ clinic: Clinic) throws -> [Problem] {
    do {
      let reached = try clinic.views.catchUp()
      let head = try clinic.log.read { $0.head }
      guard reached == head else {
        return [Problem(.views, "they stop at \(reached) of \(head)")]
      }
      if let difference = try clinic.views.verify() {
        return [Problem(.views, "\(difference)")]
      }
      guard plant, let side = SplitProjector.side.withLock({ $0 }) else { return [] }
      let count = try side.count()
      return count == head.rawValue
        ? [] : [Problem(.views, "\(count) events were counted, \(head) are recorded")]
    } catch {
      return [Problem(.views, "\(error)")]
    }
  }

  // MARK: Going on

  /// A retry gives the first outcome, and what was not recorded can be recorded now.
  private func goingOn(_ clinic: Clinic, _ marks: Marks) async throws -> [Problem] {
    var problems: [Problem] = []
    for client in 0..<plan.clients {
      let promised = marks.acknowledged[client] ?? []
      if let last = promised.last {
        let request = try plan.request(client, UInt64(promised.count - 1))
        let again = try await clinic.log.append(
          request.proposal, command: request.command, condition: nil)
        if !again.isRepeat || again.positions != last {
          problems.append(
            Problem(.duplicate, "a retry of client \(client) was recorded at \(again.positions)"))
        }
      }
    }
    let next = try plan.request(0, UInt64(marks.acknowledged[0]?.count ?? 0))
    _ = try await clinic.log.append(next.proposal, command: next.command, condition: nil)
    return problems
  }
}
