import Backend
import PracticeEvents

/// Signs checkpoints beside the work that people asked for: it comes after what is acknowledged, and
/// when it fails, that is said and nothing recorded is lost.
enum Signing {
  static func sign(_ backend: Backend) {
    attempt(backend) { try backend.checkpoint() }
  }

  static func signIfDue(_ backend: Backend, after facts: [RecordedFact]) {
    attempt(backend) {
      if try backend.isCheckpointDue(after: facts) { try backend.checkpoint() }
    }
  }

  /// Until cancelled.
  static func everyMinute(_ backend: Backend) async {
    while (try? await Task.sleep(for: .seconds(60))) != nil { sign(backend) }
  }

  private static func attempt(_ backend: Backend, _ body: () throws -> Void) {
    do {
      // An empty log has nothing to sign; why a frozen one has not, every append says.
      if backend.keeper.frozen == nil, try backend.store.read({ $0.head.rawValue }) > 0 {
        try body()
      }
    } catch {
      Console.say("warning: recorded, but no checkpoint was signed: \(Failure(error).message)")
    }
  }
}
