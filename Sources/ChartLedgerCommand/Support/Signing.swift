import Backend
import PracticeEvents

/// Signs checkpoints beside the work that people asked for: it comes after what is acknowledged, and
/// when it fails, that is said and nothing recorded is lost. The access log is signed whenever the
/// clinic's is, so that no reading waits for a signature.
enum Signing {
  static func sign(_ backend: Backend) {
    attempt(backend) { try backend.checkpoint() }
    if let warning = signAccess(backend) { Console.say(warning) }
  }

  static func signIfDue(_ backend: Backend, after facts: [RecordedFact]) {
    attempt(backend) {
      guard try backend.isCheckpointDue(after: facts) else { return }
      try backend.checkpoint()
      if let warning = signAccess(backend) { Console.say(warning) }
    }
  }

  /// Until cancelled. What is wrong with the access log is said when it is new.
  static func everyMinute(_ backend: Backend) async {
    var said: String?
    while (try? await Task.sleep(for: .seconds(60))) != nil {
      attempt(backend) { try backend.checkpoint() }
      let warning = signAccess(backend)
      if let warning, warning != said { Console.say(warning) }
      said = warning
    }
  }

  /// - Returns: why it could not be signed.
  static func signAccess(_ backend: Backend) -> String? {
    do {
      try backend.checkpointAccessLog()
      return nil
    } catch let contradiction as AccessLogContradicted {
      return "warning: \(contradiction)"
    } catch {
      return "warning: the access log was not signed: \(Failure(error).message)"
    }
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
