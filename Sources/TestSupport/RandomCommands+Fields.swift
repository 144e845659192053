import Foundation
import Practice
import PracticeEvents

// The fields of commands, by their kinds and names.
extension RandomCommands {
  /// Nil when the fields drawn are no command of the type at all.
  mutating func command(_ type: any Command.Type) -> (any Command)? {
    let form = fields[type.name] ?? type.fields
    fields[type.name] = form
    if type == AdjudicateClaim.self, random.percent(70), let answer = answer() { return answer }
    fullness = random.percent(55) ? 90 : 15
    // Without anything of the kind there is nothing to speak of yet.
    let lacksSubject = form.contains { field in
      field.isRequired && Self.kind(named: field.name).map { known[$0] == nil } ?? false
    }
    guard !lacksSubject || random.percent(5) else { return nil }
    guard let json = try? JSONSerialization.data(withJSONObject: object(form)) else { return nil }
    return try? JSONDecoder().decode(type, from: json)
  }

  private mutating func object(_ form: [CommandField]) -> [String: Any] {
    var members: [String: Any] = [:]
    for field in form where field.isRequired || random.percent(share(of: field)) {
      members[field.name] = value(field.kind, field.name)
    }
    return members
  }

  /// How often a field that may be left out is given. Identifiers and days seldom are: most of them
  /// would be taken, or not fit.
  private func share(of field: CommandField) -> Int {
    let isIdentifier = EntityID.Kind.allCases.contains { "\($0)" == field.name }
    if let kind = Self.kind(named: field.name), known[kind] == nil { return 1 }
    if field.name == "charges" { return 75 }
    if field.name == "lines" || field.name == "replaces" { return 8 }
    if field.name.hasSuffix("At") { return 4 }
    let isTime = field.kind == .text(example: CivilDate.example)
    return isIdentifier || isTime ? fullness / 6 : fullness
  }

  /// A payer's answer that adds up.
  private mutating func answer() -> AdjudicateClaim? {
    guard let claim = pick(claims), let id = try? EntityID(claim.claim) else { return nil }
    let isDenied = random.percent(25)
    let lines = claim.lines.compactMap { line -> LineAnswer? in
      guard let charge = try? EntityID(line.charge) else { return nil }
      let paid = isDenied ? 0 : Int64(random.below(Int(max(1, line.chargeCents))))
      return LineAnswer(
        charge: charge, paid: Money(cents: paid),
        adjustments: [
          LineAdjustment(
            group: random.percent(50) ? .co : .pr, carc: isDenied ? "197" : "45",
            amount: Money(cents: line.chargeCents - paid))
        ])
    }
    return AdjudicateClaim(claim: id, status: isDenied ? 4 : 1, lines: lines)
  }

  private mutating func value(_ kind: CommandField.Kind, _ name: String) -> Any {
    switch kind {
    case .flag: return random.percent(75)
    case .integer: return integer(name)
    case .choice(let words): return pick(words) ?? ""
    case .list where name == "rooms": return ["Room 1", "Room 2"]
    case .list where name == "fees" && random.percent(80):
      return ["97140", "97124"].map { ["cpt": $0, "perUnit": "\(30 + random.below(9)).00"] }
    case .list(.choice(let words)) where random.percent(50): return words
    case .list(let element):
      let count = random.percent(90) ? 1 + random.below(2) : random.below(5)
      return (0..<count).map { _ in value(element, name) }
    case .object(let fields): return object(fields)
    case .text(let example): return text(name, example)
    }
  }

  private mutating func integer(_ name: String) -> Int {
    if name == "minutes", random.percent(90) { return 30 * (1 + random.below(3)) }
    if name == "month" { return 202_500 + random.below(14) }
    if random.percent(3) { return [Int.max, Int.min, -1, 0, 1_000_000_007][random.below(5)] }
    return random.percent(70) ? random.below(12) : random.below(400) - 10
  }

  private mutating func text(_ name: String, _ example: String) -> String {
    if let identifier = identifier(name) { return identifier }
    switch example {
    case CivilDate.example: return date(name).description
    case Money.example:
      return Money(cents: Int64(random.percent(85) ? random.below(30_000) : random.below(99) - 99))
        .description
    case ICD10CM.example: return pick(["M54.2", "M54.59", "S39.012A", "M54.5", "Z99.9"]) ?? ""
    case ProcedureCode.example: return pick(["97140", "97124", "97010", "99213"]) ?? ""
    case NPI.example: return npi()
    case Hundredths.example: return "\(random.below(9))"
    case SessionService.example: return "97140:\(random.below(32)):neck"
    default: break
    }
    switch name {
    case "startsAt", "endsAt", "startedAt", "endedAt":
      let minutes = random.percent(90) ? random.below(900) - 60 : random.below(9_000)
      let soon = zone.local(of: now.adding(minutes: minutes)).description
      return random.percent(97) ? soon : "2026-03-08T02:30"
    case "service":
      return pick(random.percent(4) ? ["none"] : ["med60", "relax60", "relax60"]) ?? ""
    case "room", "rooms": return pick(random.percent(4) ? ["Attic"] : ["Room 1", "Room 2"]) ?? ""
    case "rejectReason": return pick(["72", "75", "?"]) ?? ""
    case "tokenSHA256": return String(repeating: "0123456789abcdef", count: 4)
    case "mrn": return "P-\(random.below(60))"
    default: break
    }
    if !example.isEmpty { return example }
    return random.percent(95) ? "word\(random.below(500))" : String(repeating: "x", count: 5_000)
  }

  /// An identifier where the name asks for one: mostly one that exists.
  private mutating func identifier(_ name: String) -> String? {
    guard let kind = Self.kind(named: name) else { return nil }
    if let entity = EntityID.Kind.allCases.first(where: { "\($0)" == kind }), random.percent(8) {
      return EntityID.make(entity, random: random.next()).description
    }
    // The first practitioner has a licence and training.
    if kind == "practitioner-npi", random.percent(70) { return known[kind]?.first }
    return pick(known[kind] ?? [])
  }

  /// Under what name `learn` keeps what a field of this name speaks of; nil when it is no identifier.
  private static func kind(named name: String) -> String? {
    switch name {
    case "patient": return "mrn"
    case "practitioner": return "practitioner-npi"
    case "referringProvider", "madeBy": return "provider-npi"
    case "payer": return "payer-id"
    case "replaces": return "claim"
    case "renews": return "prescription"
    case "supersedes": return "superbill"
    case "series": return "series"
    case "formDocument": return "document"
    case "exception": return "remittanceException"
    default:
      let singular = name.hasSuffix("s") ? String(name.dropLast()) : name
      return EntityID.Kind.allCases.map { "\($0)" }.first { $0 == singular }
    }
  }

  /// Days of ending mostly lie ahead, others mostly behind.
  private mutating func date(_ name: String) -> CivilDate {
    if random.percent(3) { return random.percent(50) ? .earliest : .latest }
    let days = random.below(random.percent(70) ? 14 : 400)
    let ends = ["hrough", "xpires", "due", "Due"].contains { name.contains($0) }
    return zone.date(of: now).adding(days: ends == random.percent(90) ? days : -days)
  }

  private mutating func npi() -> String {
    // One in ten has the right check digit; a range of a few hundred makes repeats likely.
    let start = 1_000_000_000 + random.below(40) * 10
    return (start..<start + 10).lazy.map(String.init).first { (try? NPI($0)) != nil }
      ?? "1234567893"
  }

  mutating func pick<Element>(_ elements: [Element]) -> Element? {
    guard !elements.isEmpty else { return nil }
    // What is recent is most often spoken of.
    let recent = random.percent(60) ? max(0, elements.count - 12) : 0
    return elements[recent + random.below(elements.count - recent)]
  }
}
