/// One service of a session, as people state it.
///
/// As text: `code[-modifier…]:minutes[@start][:region[:side[:technique,…[:pointer,…]]]]`, e.g.
/// `97140:30`, `97140:30@0:neck` or `97124-59:15@30:low back:B:trigger point:1,2`; the start is in
/// minutes from the start of the session. In JSON either that text or an
/// object with the fields below; it is written as the text.
public struct SessionService: TextValue {
  public static let what = "service"
  public static let example = "97140:30:neck"

  public var cpt: ProcedureCode
  /// Minutes of one-on-one direct contact.
  public var minutes: Int
  /// When it began, in minutes from the start of the session, 0 to 480; nil when nobody says. Two
  /// codes that payers bundle need it (`CodingEdit`).
  public var startsAt: Int?
  /// At most 4.
  public var modifiers: [Modifier]
  /// The area of focus; the plan's regions when left out.
  public var bodyRegion: String?
  public var side: Laterality?
  /// Modalities used; the plan's techniques when left out.
  public var techniques: [String]
  /// Ranks of the episode's diagnoses, at most 4; the principal one when left out.
  public var diagnosisPointers: [Int]

  /// - Throws: `ValueError` for minutes that are not 1 to 480 (0 is allowed for services that are
  ///   not timed), more than 4 modifiers or pointers, or a `:` or `,` where the text would break.
  public init(
    cpt: ProcedureCode, minutes: Int, modifiers: [Modifier] = [], bodyRegion: String? = nil,
    side: Laterality? = nil, techniques: [String] = [], diagnosisPointers: [Int] = [],
    startsAt: Int? = nil
  ) throws(ValueError) {
    guard (0...480).contains(minutes), (0...480).contains(startsAt ?? 0) else {
      throw Self.refusal(
        "its minutes or start are not 0 to 480", "give whole minutes of direct contact")
    }
    guard modifiers.count <= 4, diagnosisPointers.count <= 4,
      diagnosisPointers.allSatisfy({ (1...12).contains($0) }),
      Set(diagnosisPointers).count == diagnosisPointers.count
    else {
      throw Self.refusal(
        "it has more than 4 modifiers or diagnosis pointers, or a pointer that is not 1 to 12",
        "a claim line holds 4 of each")
    }
    guard bodyRegion?.contains(":") != true,
      techniques.allSatisfy({ !$0.isEmpty && !$0.contains(where: { ":,".contains($0) }) })
    else {
      throw Self.refusal(
        "a region or technique has a colon or comma", "write it with other signs")
    }
    self.cpt = cpt
    self.minutes = minutes
    self.modifiers = modifiers
    self.bodyRegion = bodyRegion.flatMap { $0.isEmpty ? nil : $0 }
    self.side = side
    self.techniques = techniques
    self.diagnosisPointers = diagnosisPointers
    self.startsAt = startsAt
  }

  public init(_ text: String) throws(ValueError) {
    let parts = text.split(separator: ":", omittingEmptySubsequences: false).map(String.init)
    let times = parts.dropFirst().first?.split(separator: "@", omittingEmptySubsequences: false)
      .map { asciiDigits(String($0)) }
    guard (2...6).contains(parts.count), let times, times.count <= 2, !times.contains(nil),
      let minutes = times[0]
    else {
      throw Self.refusal("it is not a code and minutes", "write it like \"\(Self.example)\"")
    }
    func part(_ index: Int) -> String { index < parts.count ? parts[index] : "" }
    let codes = parts[0].split(separator: "-", omittingEmptySubsequences: false)
    var modifiers: [Modifier] = []
    for code in codes.dropFirst() { modifiers.append(try Modifier(String(code))) }
    let side = Laterality(rawValue: part(3))
    let pointers = part(5).split(separator: ",").map { asciiDigits($0).map(Int.init) }
    guard side != nil || part(3).isEmpty, !pointers.contains(nil) else {
      throw Self.refusal(
        "its side is not L, R, B or N, or a diagnosis pointer is no number",
        "write it like \"97140:30:shoulder:L:myofascial release:1,2\"")
    }
    try self.init(
      cpt: try ProcedureCode(String(codes.first ?? "")), minutes: Int(minutes),
      modifiers: modifiers, bodyRegion: part(2), side: side,
      techniques: part(4).split(separator: ",").map { $0.trimmingPrefix(" ") }.map(String.init),
      diagnosisPointers: pointers.compactMap { $0 },
      startsAt: times.count == 2 ? times[1].map { Int($0) } : nil)
  }

  public var description: String {
    var parts = [
      ([cpt.description] + modifiers.map(\.description)).joined(separator: "-"),
      "\(minutes)" + (startsAt.map { "@\($0)" } ?? ""),
      bodyRegion ?? "", side?.rawValue ?? "", techniques.joined(separator: ","),
      diagnosisPointers.map(String.init).joined(separator: ","),
    ]
    while parts.last == "" { parts.removeLast() }
    return parts.joined(separator: ":")
  }

  private static func refusal(_ problem: String, _ remedy: String) -> ValueError {
    ValueError(what, problem: problem, remedy: remedy)
  }
}

extension SessionService {
  private enum Field: String, CodingKey {
    case cpt, minutes, modifiers, bodyRegion, side, techniques, diagnosisPointers, startsAt
  }

  public init(from decoder: any Decoder) throws {
    if let single = try? decoder.singleValueContainer(),
      let text = try? single.decode(String.self)
    {
      do {
        try self.init(text)
      } catch {
        throw DecodingError.dataCorruptedError(in: single, debugDescription: error.description)
      }
      return
    }
    let object = try decoder.container(keyedBy: Field.self)
    let cpt = try object.decode(ProcedureCode.self, forKey: .cpt)
    let minutes = try object.decode(Int.self, forKey: .minutes)
    let modifiers = try object.decodeIfPresent([Modifier].self, forKey: .modifiers)
    let bodyRegion = try object.decodeIfPresent(String.self, forKey: .bodyRegion)
    let side = try object.decodeIfPresent(Laterality.self, forKey: .side)
    let techniques = try object.decodeIfPresent([String].self, forKey: .techniques)
    let pointers = try object.decodeIfPresent([Int].self, forKey: .diagnosisPointers)
    let startsAt = try object.decodeIfPresent(Int.self, forKey: .startsAt)
    do {
      try self.init(
        cpt: cpt, minutes: minutes, modifiers: modifiers ?? [], bodyRegion: bodyRegion, side: side,
        techniques: techniques ?? [], diagnosisPointers: pointers ?? [], startsAt: startsAt)
    } catch {
      throw DecodingError.dataCorruptedError(
        forKey: .minutes, in: object, debugDescription: error.description)
    }
  }
}
