import PracticeEvents

/// What each view costs a replay, to divide the views among the cores.
struct ReplayCosts {
  /// Of each view, all its facts together, in any unit of time.
  var applying: [Int64]
  /// What each view looks at.
  var kinds: [KindSet]
  /// How many facts there are of each kind, by its number.
  var facts: [Int]
  /// Of one fact.
  var decoding: Int64

  /// Puts each view where all are complete and written soonest, the most expensive view first. Views that
  /// want the same facts thereby come together.
  ///
  /// - Returns: at most `count` groups of numbers of views, none of them empty.
  func division(among count: Int) -> [[Int]] {
    var groups = (0..<max(1, count)).map { _ in Group(undecoded: facts) }
    for view in applying.indices.sorted(by: { (applying[$0], $1) > (applying[$1], $0) }) {
      let results = groups.indices.map { number in
        var tried = groups
        add(view, to: &tried[number])
        return times(tried)
      }
      let best = groups.indices.min { results[$0] < results[$1] } ?? 0
      add(view, to: &groups[best])
    }
    return groups.map(\.views).filter { !$0.isEmpty }
  }

  private struct Group {
    var views: [Int] = []
    /// To replay the views.
    var cost: Int64 = 0
    /// How many facts of each kind nobody in the group has wanted yet.
    var undecoded: [Int]
  }

  private func add(_ view: Int, to group: inout Group) {
    group.views.append(view)
    group.cost += applying[view]
    for kind in kinds[view].members where Int(kind.rawValue) < facts.count {
      group.cost += decoding * Int64(group.undecoded[Int(kind.rawValue)])
      group.undecoded[Int(kind.rawValue)] = 0
    }
  }

  /// Until all is written, and until the log is read. Writing a view costs about as much as applying its
  /// facts, and is done by whoever is free.
  private func times(_ groups: [Group]) -> (Int64, Int64) {
    let writing = groups.reduce(0) { $0 + $1.views.reduce(0) { $0 + applying[$1] } }
    let longest = groups.map(\.cost).max() ?? 0
    let share = groups.reduce(writing) { $0 + $1.cost } / Int64(groups.count)
    return (max(longest, share), longest)
  }
}

extension ReplayCosts {
  /// What is likely before anything was measured: one fact of each kind.
  init(of views: [ReplayedView]) {
    kinds = views.map(\.view.kinds)
    applying = kinds.map { Int64($0.members.count) }
    facts = [Int](
      repeating: 1, count: 1 + (kinds.flatMap(\.members).map { Int($0.rawValue) }.max() ?? 0))
    decoding = 1
  }

  /// What was measured in a round, in nanoseconds; the views are numbered through all groups.
  init(of groups: [ReplayGroup]) {
    let views = groups.flatMap(\.views)
    applying = views.map(\.duration.nanoseconds)
    kinds = views.map(\.view.kinds)
    facts = []
    for group in groups {
      facts += [Int](repeating: 0, count: max(0, group.facts.count - facts.count))
      for (kind, count) in group.facts.enumerated() { facts[kind] = max(facts[kind], count) }
    }
    let decoded = groups.reduce(0) { $0 + $1.facts.reduce(0, +) }
    let total = groups.reduce(0) { $0 + $1.duration.nanoseconds }
    decoding = max(0, total - applying.reduce(0, +)) / Int64(max(1, decoded))
  }
}

extension Duration {
  fileprivate var nanoseconds: Int64 {
    components.seconds * 1_000_000_000 + components.attoseconds / 1_000_000_000
  }
}
