import EventLog
import Foundation
import Practice
import PracticeEvents
import Testing
import TransparencyLog

@testable import AuditPacket

@Suite("Audit packets") struct PacketTests {
  @Test("a packet of a simulated patient verifies", arguments: PacketProfile.allCases)
  func verifies(profile: PacketProfile) async throws {
    let workshop = try await PacketWorkshop.shared.value
    let files = try await workshop.packet(profile)
    let found = try PacketVerifier(files, policy: workshop.policy()).verify()
    #expect(found.events > 50)
    #expect(found.shown > 5)
    #expect((found.shown == found.events) == (profile != .payer))
    #expect(found.isRenderingCompared)
    #expect(found.brackets.map { $0.cosigned.map(\.witness) } == [["accountant.example"]])
    #expect(try ZipArchive.decode(ZipArchive.encode(files)) == files)
  }

  @Test("a payer sees what a claim rests on, and notes only when they were asked for")
  func payer() async throws {
    let workshop = try await PacketWorkshop.shared.value
    func contents(_ files: PacketFiles) throws -> Set<PacketContent> {
      Set(
        try files.openings.filter { $0.hasPrefix("events/") }.map { path in
          let leaf = try #require(
            Leaf(parsing: files[path.replacing(".opening", with: ".leaf")] ?? []))
          let opened = try OpenedEvent(leaf: leaf, opening: files[path] ?? [], file: path)
          return try #require(opened.event.fact?.packetContent)
        })
    }
    let plain = try contents(await workshop.packet(.payer))
    let withNotes = try contents(await workshop.packet(.payer, withNotes: true))
    #expect(plain.isSubset(of: [.coverage, .prescription, .diagnosis, .session, .billing]))
    #expect(plain.isSuperset(of: [.session, .billing]))
    #expect(withNotes == plain.union([.note]))
  }

  @Test("nothing of a withheld event is in the packet: no opening, no name, no payload")
  func withheld() async throws {
    let workshop = try await PacketWorkshop.shared.value
    let files = try await workshop.packet(.payer)
    let all = Data(try ZipArchive.encode(files))
    let asOf = try #require(Leaf(parsing: files["heads/seal.leaf"] ?? [])).position
    let evidence = try workshop.evidence(of: workshop.patient, asOf: asOf)
    var checked = 0
    for event in evidence where files[PacketPaths.event(event.leaf.position, "opening")] == nil {
      let salt = Data(event.opening.prefix(OpenedEvent.saltBytes))
      #expect(all.range(of: salt) == nil)
      #expect(all.range(of: Data(event.opening.dropFirst(80))) == nil)
      checked += 1
    }
    #expect(checked > 20)
    let registered = try OpenedEvent(
      leaf: evidence[0].leaf, opening: evidence[0].opening, file: "")
    guard case .patientRegistered(let patient) = registered.event.fact else {
      Issue.record("the first event of a patient is the registration")
      return
    }
    for text in [patient.legalName.family, patient.phone, patient.mrn] where !text.isEmpty {
      #expect(all.range(of: Data(text.utf8)) == nil)
    }
    let board = Data(try ZipArchive.encode(await workshop.packet(.board)))
    #expect(board.range(of: Data(patient.legalName.family.utf8)) != nil)
  }

  @Test("days narrow what is shown, never what is proved")
  func range() async throws {
    let workshop = try await PacketWorkshop.shared.value
    let whole = try await workshop.packet(.patient)
    let files = try await workshop.packet(
      .patient, from: "2026-01-01", to: "2026-03-31")
    let found = try PacketVerifier(files, policy: workshop.policy()).verify()
    #expect(found.shown > 0)
    #expect(found.shown < found.events)
    #expect(files.leafPaths == whole.leafPaths)
  }

  @Test("a packet of another version is read by this one's rules, and what does not fit is told")
  func otherVersion() async throws {
    let workshop = try await PacketWorkshop.shared.value
    let policy = try workshop.policy()
    let own = try await workshop.packet(.payer)
    #expect(try PacketVerifier(own, policy: policy).verify().profileCheck == .fits)
    let fitting = try await workshop.packet(.payer) { $0.rendering = 99 }
    let found = try PacketVerifier(fitting, policy: policy).verify()
    #expect(found.profileCheck == .otherVersion(unfit: []))
    #expect(!found.isRenderingCompared)

    // What a board may see, called a payer's.
    let wide = try await workshop.packet(.board) { ($0.profile, $0.rendering) = (.payer, 99) }
    guard
      case .otherVersion(let unfit) = try PacketVerifier(wide, policy: policy).verify().profileCheck
    else {
      Issue.record("it is of another version")
      return
    }
    #expect(unfit.count > 10)
    let same = try await workshop.packet(.board) { $0.profile = .payer }
    #expect(same.fault(policy)?.reason == "the profile does not show such an event")
  }

  @Test("the policy's quorum is asked of the packet's checkpoint")
  func quorum() async throws {
    let workshop = try await PacketWorkshop.shared.value
    let fault = try await workshop.packet(.court).fault(workshop.policy(witnessed: true))
    #expect(fault?.file == "checkpoint")
    #expect(fault?.reason.contains("quorum") == true)
  }

  @Test("the chronology cites positions, puts corrections beside what they correct, counts pages")
  func chronology() async throws {
    let workshop = try await PacketWorkshop.shared.value
    let files = try await workshop.packet(.board)
    let html = String(decoding: files["human/chronology.html"] ?? [], as: UTF8.self)
    for path in files.leafPaths {
      let position = try #require(Int(path.dropFirst(7).dropLast(5)))
      #expect(html.contains("<h2>Position \(position): "))
    }
    #expect(html.contains("page 1 of "))
    #expect(html.contains("A recipient"), "line breaks in what people type do not survive")
    let corrected = html.components(separatedBy: "class=\"correction\"").count - 1
    let correcting = html.components(separatedBy: "<p>Corrects position ").count - 1
    #expect(corrected == correcting)
  }

  @Test("whom shown events name by an id is named, from registrations that are proved; nobody else")
  func references() async throws {
    let workshop = try await PacketWorkshop.shared.value
    let policy = try workshop.policy()
    let all = try workshop.registrations()
    for profile in [PacketProfile.board, .payer] {
      let files = try await workshop.packet(profile)
      let contents = try PacketContents(parsing: files["contents"] ?? [])
      #expect(!contents.references.isEmpty && contents.references.count < all.count)
      let html = String(decoding: files["human/chronology.html"] ?? [], as: UTF8.self)
      #expect(html.contains(", NPI 1"))
      #expect(files.fault(policy) == nil)
    }
    // A registration of nobody that is named, and an event that is no registration.
    let patient = try #require(
      try workshop.evidence(
        of: workshop.stranger, asOf: Position(workshop.store.treeHead().size)
      ).first)
    for (surplus, reason) in [
      (all, "no shown event names whom it registers"), (all + [patient], "is missing"),
    ] {
      let files = try await workshop.packet(
        .payer, from: "2030-01-01", registering: surplus)
      #expect(files.fault(policy)?.reason == reason)
    }
  }

  @Test("a quorum that cannot have seen the packet's checkpoint is asked of a later one")
  func later() async throws {
    let workshop = try await PacketWorkshop.shared.value
    let files = try await workshop.packet(.payer, from: "2026-03-01")
    let policy = try workshop.policy(witnessed: true)
    let proofs = try await workshop.laterProofs(than: files)
    func fault(_ later: ConsistencyProofFile?) -> PacketFault? {
      do {
        let found = try PacketVerifier(files, policy: policy, later: later).verify()
        #expect(found.later?.cosigned.map(\.witness) == ["accountant.example"])
        return nil
      } catch { return error }
    }
    #expect(fault(nil)?.reason.contains("quorum") == true)
    #expect(fault(proofs.good) == nil)
    #expect(fault(proofs.uncosigned)?.file == "the later checkpoint")
    #expect(fault(proofs.ofAnotherSize)?.file == "the later checkpoint")
  }

  @Test(
    "fields are written as people read them",
    arguments: [
      (#"{"writtenOn":20260311}"#, "Written on: 2026-03-11"),
      (#"{"validThrough":20260420}"#, "Valid through: 2026-04-20"),
      (#"{"writtenOn":20260231}"#, "Written on: 20260231"),
      (#"{"amountCents":"123456"}"#, "Amount: 1,234.56"),
      (#"{"feeCentsPerUnit":"-3600"}"#, "Fee per unit: -36.00"),
      (#"{"coinsuranceRate":20000}"#, "Coinsurance rate: 20 %"),
      (#"{"rate":6625}"#, "Rate: 6.625 %"), (#"{"rate":-50}"#, "Rate: -0.05 %"),
      (#"{"scoreHundredths":1250}"#, "Score: 12.50"),
      (#"{"startsAt":"2026-03-11T13:00:00Z"}"#, "Starts at: 2026-03-11 09:00 -04:00"),
      (#"{"kind":"CONSENT_KIND_NO_SHOW_POLICY"}"#, "Kind: no show policy"),
      (#"{"active":"ANSWER_YES"}"#, "Active: yes"),
      (#"{"group":"ADJUSTMENT_GROUP_CO"}"#, "Group: CO"),
      (#"{"why":"SELF_PAY_REASON_UNINSURED"}"#, "Why: self pay reason uninsured"),
      (#"{"tie":true}"#, "Tie: yes"),
      (#"{"diagnosesIcd10cm":["M54.2","S39.012A"]}"#, "Diagnoses ICD-10-CM: M54.2, S39.012A"),
      (#"{"madeBy":"00000000-0000-0000-0000-000000000007"}"#, "Made by: Kim Lindgren"),
      (#"{"text":"PAIN"}"#, "Text: PAIN"), (#"{"from":"RESPONSIBLE"}"#, "From: RESPONSIBLE"),
    ])
  func fields(json: String, line: String) throws {
    let details = DetailLines(
      zone: try ClinicTimeZone("America/New_York"),
      names: ["00000000-0000-0000-0000-000000000007": "Kim Lindgren"])
    guard case .object(let members) = try #require(JSONTree(json)) else { return }
    #expect(details.lines(members) == [line])
  }

  @Test("an entry is flagged when clock or witness speak against its time")
  func flags() throws {
    let zone = try ClinicTimeZone("America/New_York")
    let contents = PacketContents(
      profile: .board, withNotes: false, stream: StreamID(high: 1, low: 1), asOf: Position(9),
      from: nil, to: nil, zone: zone, backdatingDays: 7, recipient: "r", address: "a",
      purpose: "p", basis: "b")
    let occurred = try Instant("2026-03-02T15:00:00Z")
    func flags(
      _ days: Int, _ sizes: [(UInt64, Int?)], isWitness: Bool = true
    ) throws -> [TimeFlag] {
      var event = PracticeEvent()
      event.occurredAt = .init(occurred)
      event.fact = .goalMet(GoalMet())
      let recorded = occurred.adding(minutes: days * 1440)
      let opening = try Self.opening(of: event, at: recorded)
      let leaf = Leaf(
        log: LogID(high: 1, low: 2), position: Position(5), stream: contents.stream, sequence: 1,
        previous: nil, commitment: Leaf.commitment(toOpening: opening.span.bytes))
      let brackets = Brackets(
        sizes.map { size, day in
          DatedCheckpoint(
            size: size,
            times: day.map { day in
              [
                DatedCheckpoint.Stated(
                  seconds: UInt64(occurred.adding(minutes: day * 1440).microseconds / 1_000_000),
                  by: "w", isWitness: isWitness)
              ]
            } ?? [])
        })
      return TimeFlag.flags(
        of: try OpenedEvent(leaf: leaf, opening: opening, file: ""), brackets, contents)
    }
    #expect(try flags(0, [(4, 0), (6, 1)]).isEmpty)
    #expect(try flags(7, [(4, nil), (6, nil)]).isEmpty)
    #expect(try flags(8, [(4, nil), (6, nil)]) == [.late(days: 8)])
    #expect(try flags(1, [(4, 9), (6, 10)]) == [.unseen(days: 9, size: 4)])
    #expect(try flags(3, [(4, 0), (6, 1)]) == [.postDated(size: 6)])
    // One that nobody outside has dated does not hide the one that somebody has.
    #expect(try flags(1, [(3, 9), (4, nil), (6, nil)]) == [.unseen(days: 9, size: 3)])
    #expect(try flags(3, [(4, nil), (6, nil), (7, 1)]) == [.postDated(size: 7)])
    // An old checkpoint can be stamped at any time: that says nothing about what came after it.
    #expect(try flags(1, [(4, 9), (6, nil)], isWitness: false).isEmpty)
    #expect(try flags(3, [(4, nil), (6, 1)], isWitness: false) == [.postDated(size: 6)])
  }

  /// As the log writes it (see `Leaf.commitment(toOpening:)`).
  private static func opening(of event: PracticeEvent, at time: Instant) throws -> [UInt8] {
    let payload = try event.payload()
    func little(_ number: some FixedWidthInteger) -> [UInt8] {
      withUnsafeBytes(of: number.littleEndian) { Array($0) }
    }
    return [UInt8](repeating: 1, count: 32) + little(time.microseconds)
      + [UInt8](repeating: 2, count: 32) + little(event.kind?.rawValue ?? 0) + little(UInt16(0))
      + little(UInt32(payload.count)) + payload
  }
}
