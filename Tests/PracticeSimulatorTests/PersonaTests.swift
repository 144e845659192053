import Practice
import PracticeEvents
import Testing

@testable import PracticeSimulator

@Suite("The personas of a demonstration")
struct PersonaTests {
  private static let shared = Result { try History() }

  struct History: Sendable {
    var memory = FactMemory()
    var byMRN: [String: SubjectID] = [:]
    let clinic: ClinicState

    init(seed: UInt64 = 7) throws {
      var simulation = try ClinicSimulation(
        seed: seed, patients: 12, years: 1, through: CivilDate("2026-03-11"), personas: true)
      var memory = FactMemory()
      var byMRN: [String: SubjectID] = [:]
      _ = try simulation.run { command in
        for (index, event) in command.events.enumerated() {
          _ = memory.record([event], at: command.recordedAt(ofEvent: index))
          if case .patientRegistered(let fact) = event.event.fact {
            byMRN[fact.mrn] = event.subject
          }
        }
      }
      (self.memory, self.byMRN, clinic) = (memory, byMRN, memory.clinic())
    }

    func state(_ mrn: String) throws -> PatientState {
      memory.patient(try #require(byMRN[mrn], "\(mrn) is registered"))
    }
  }

  private func persona(_ mrn: String) throws -> (state: PatientState, episode: CareState.Episode) {
    let state = try Self.shared.get().state(mrn)
    #expect(state.care.episodes.count == 1)
    return (state, try #require(state.care.episodes.values.first))
  }

  @Test("there are eight beside the others, each of whom has a balanced account")
  func eight() throws {
    let history = try Self.shared.get()
    #expect(history.byMRN.count == 20)
    for mrn in ClinicSimulation.personaMRNs {
      #expect(try history.state(mrn).account.isBalanced())
    }
  }

  @Test("the acute injury tapers twice, reaches its goal and is discharged, on insurance")
  func acute() throws {
    let (state, episode) = try persona("DEMO-ACUTE")
    #expect(episode.discharged.why == .goalsMet)
    #expect(episode.taperSteps.map(\.phase) == [1, 2])
    #expect(state.care.sessions.values.count { !$0.voided } == 11)
    #expect(state.care.goals.values.allSatisfy { $0.status == .met })
    let course = try #require(state.care.courses(episode: episode.opened.episode).first)
    #expect(course.instrument == .ndi)
    #expect(course.scores.map(\.hundredths) == [4_400, 3_200, 2_200, 1_200])
    #expect(!state.account.claims.isEmpty)
    #expect(episode.progressReports.count == 3)
    #expect(episode.progressReports.allSatisfy { $0.asOfPosition > 0 })
  }

  @Test("each step down was due when it was taken")
  func dueSteps() throws {
    let clinic = try Self.shared.get().clinic
    let (state, episode) = try persona("DEMO-ACUTE")
    for step in episode.taperSteps {
      var before = state.care
      let id = episode.opened.episode
      before.episodes[id]?.taperSteps.removeAll { $0.phase >= step.phase }
      before.episodes[id]?.isDischarged = false
      for goal in before.goals.keys { before.goals[goal]?.status = .open }
      let due = before.taperDue(
        episode: id, on: try CivilDate(compact: step.fromDateOn), by: clinic)
      #expect(due?.nextPhase == Int(step.phase))
    }
  }

  @Test("the chronic condition is re-evaluated and ends at a plateau")
  func chronic() throws {
    let clinic = try Self.shared.get().clinic
    let (state, episode) = try persona("DEMO-CHRONIC")
    #expect(episode.discharged.why == .plateau)
    #expect(episode.reevaluations.count == 6)
    let course = try #require(state.care.courses(episode: episode.opened.episode).first)
    #expect(course.plateau(of: 3, by: clinic) != nil)
    #expect(course.change(to: course.latest, by: clinic)?.size == .important)
    #expect(state.care.sessions.count == 15)
  }

  @Test("the maintenance client pays alone, every visit, and is still in care")
  func maintenance() throws {
    let (state, episode) = try persona("DEMO-MAINT")
    #expect(!episode.isDischarged)
    #expect(state.account.claims.isEmpty)
    #expect(state.account.receivableCents.patient == 0)
    #expect(state.care.sessions.count >= 9)
    let date = try CivilDate("2026-03-11")
    #expect(state.care.isMaintenance(episode: episode.opened.episode, on: date))
    #expect(state.coverage.patientPays(on: date))
  }

  @Test(
    "whatever the last day, the patient of the tax statement paid in the year before",
    arguments: ["2026-12-22", "2026-12-31", "2027-01-04"])
  func taxYear(through: String) throws {
    let last = try CivilDate(through)
    let persona = try #require(
      Persona.paying(last.adding(years: -2), last).first { $0.mrn == "DEMO-TAX" })
    let first = last.adding(days: persona.visits[0].day - persona.beginsBefore)
    #expect(first.year < last.year && persona.visits.allSatisfy { $0.day < persona.beginsBefore })
    #expect(persona.beginsBefore <= 386)
  }

  @Test("each of the five ways to pay leaves what it should")
  func waysToPay() throws {
    let history = try Self.shared.get()
    let package = try history.state("DEMO-PACKAGE").account
    #expect(package.packages.values.map(\.redeemed.count) == [8])
    #expect(package.packages.values.first?.valueLeftCents == 230_00)

    let health = try history.state("DEMO-HSA")
    #expect(health.account.payments.values.allSatisfy { $0.received.method == .hsa })
    #expect(!health.profile.letters.isEmpty && health.account.receipts.count == 2)

    let sliding = try history.state("DEMO-SLIDING").account
    #expect(sliding.charges.values.allSatisfy { $0.discountCents > 0 })
    #expect(sliding.paymentPlans.count == 1 && sliding.statements.count == 1)

    let tax = try history.state("DEMO-TAX").account
    let statement = try #require(tax.taxStatements.values.first)
    #expect(statement.year == 2025 && statement.medicalCents > 0 && statement.preTaxCents > 0)

    let superbill = try history.state("DEMO-SUPERBILL").account
    #expect(superbill.superbills.count == 2 && superbill.reimbursements.count == 1)
    #expect(superbill.superbills.allSatisfy { $0.lines.count == 4 })
    for mrn in ["DEMO-PACKAGE", "DEMO-HSA", "DEMO-TAX", "DEMO-SUPERBILL"] {
      #expect(try history.state(mrn).account.receivableCents.patient == 0)
    }
  }

  @Test("they are the same from the same seed")
  func deterministic() throws {
    let (first, again) = (try Self.shared.get(), try History())
    #expect(first.memory.count == again.memory.count)
    for mrn in ClinicSimulation.personaMRNs {
      #expect(try first.state(mrn) == again.state(mrn))
    }
  }
}
