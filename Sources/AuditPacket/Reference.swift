import EventLog
import Practice
import PracticeEvents

/// Who is meant where events name somebody by an id: the registration of a practitioner, a payer or a
/// referring provider. It goes with a packet when a shown event names it, so that people read a name
/// that is in the log, too.
struct Reference {
  /// The id, as events write it.
  let id: String
  /// Such as `Kim Lindgren, LMT, NPI 1234567893`.
  let name: String
  let opened: OpenedEvent

  /// Nil for an event of another kind.
  init?(_ opened: OpenedEvent) {
    switch opened.event.fact {
    case .practitionerRegistered(let fact):
      name = Self.name(fact.name, [fact.credential, Self.npi(fact.npi)])
    case .referringProviderRegistered(let fact):
      name = Self.name(fact.name, [fact.credential, Self.npi(fact.npi)])
    case .payerRegistered(let fact): name = fact.name
    default: return nil
    }
    id = opened.leaf.stream.description
    self.opened = opened
  }

  /// Every id that stands in these events.
  static func ids(in events: some Sequence<OpenedEvent>) -> Set<String> {
    events.reduce(into: []) { ids, event in
      let tree = (try? event.event.json).flatMap(JSONTree.init)
      ids.formUnion(tree?.scalars.filter { $0.utf8.count == 36 } ?? [])
    }
  }

  private static func name(_ name: PersonName, _ more: [String]) -> String {
    let whole = [name.given, name.middle, name.family, name.suffix].filter { !$0.isEmpty }
    return ([whole.joined(separator: " ")] + more.filter { !$0.isEmpty }).joined(separator: ", ")
  }

  private static func npi(_ npi: String) -> String { npi.isEmpty ? "" : "NPI \(npi)" }
}
