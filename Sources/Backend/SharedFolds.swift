import EventLog
import Practice
import PracticeEvents
import Synchronization

/// The states of the clinic and of the system, which every answer reads and few events change: kept
/// from one snapshot of the log to the next.
///
/// A state belongs to the last event of its stream. The event's id is the key, not its position: what
/// a decision sees before it is committed may be dropped, and the position be another event's.
final class SharedFolds: Sendable {
  private let clinic = Mutex<(last: EventID, state: ClinicState)?>(nil)
  private let system = Mutex<(last: EventID, state: SystemState)?>(nil)

  func clinic(after last: EventID, fold: () throws -> ClinicState) rethrows -> ClinicState {
    try Self.kept(in: clinic, last, fold)
  }

  func system(after last: EventID, fold: () throws -> SystemState) rethrows -> SystemState {
    try Self.kept(in: system, last, fold)
  }

  private static func kept<State: Sendable>(
    in kept: borrowing Mutex<(last: EventID, state: State)?>, _ last: EventID,
    _ fold: () throws -> State
  ) rethrows -> State {
    if let known = kept.withLock({ $0 }), known.last == last { return known.state }
    let state = try fold()
    kept.withLock { $0 = (last, state) }
    return state
  }
}
