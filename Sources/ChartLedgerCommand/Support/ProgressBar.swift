import Foundation
import Synchronization

/// A bar on stderr for long work, when a person is looking; nothing otherwise.
final class ProgressBar: Sendable {
  private struct State {
    var lastDrawn = Date.distantPast
    var started = Date()
    var phase = ""
    var hasDrawn = false
  }
  private let state = Mutex(State())
  private let isEnabled: Bool

  init(isEnabled: Bool = Console.isInteractive) { self.isEnabled = isEnabled }

  /// Redraws at most ten times a second.
  func show(_ phase: String, done: UInt64, total: UInt64) {
    guard isEnabled else { return }
    state.withLock { state in
      let now = Date()
      if state.phase != phase { (state.phase, state.started) = (phase, now) }
      guard done >= total || now.timeIntervalSince(state.lastDrawn) > 0.1 else { return }
      state.lastDrawn = now
      state.hasDrawn = true
      let fraction = total == 0 ? 1 : min(1, Double(done) / Double(total))
      let filled = Int(fraction * 24)
      let bar = String(repeating: "█", count: filled) + String(repeating: "░", count: 24 - filled)
      let seconds = max(0.001, now.timeIntervalSince(state.started))
      let rate = Double(done) / seconds
      let left = rate > 0 ? Double(total - min(done, total)) / rate : 0
      let text =
        "\r\(phase) \(bar) \(Int(fraction * 100)) %  \(Int(rate))/s  ETA \(Int(left.rounded(.up))) s"
      Console.talk(text + "\u{1B}[K")
    }
  }

  /// Ends the line of the bar.
  func finish() {
    state.withLock { state in
      if state.hasDrawn { Console.talk("\r\u{1B}[K") }
      state.hasDrawn = false
    }
  }
}
