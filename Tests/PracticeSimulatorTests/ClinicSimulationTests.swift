import Foundation
import Practice
import PracticeEvents
import PracticeSimulator
import Testing

/// All that a simulation recorded, and the facts that come of it.
private struct History {
  var commands: [SimulatedCommand] = []
  var memory = FactMemory()
  let summary: SimulationSummary
  var patients: [SubjectID] = []

  init(seed: UInt64, patients count: Int, years: Int, through: String = "2026-03-11") throws {
    var simulation = try ClinicSimulation(
      seed: seed, patients: count, years: years, through: CivilDate(through))
    var recorded: [SimulatedCommand] = []
    summary = try simulation.run { recorded.append($0) }
    commands = recorded
    for command in commands {
      memory.record(command.events, at: command.recordedAt)
      for event in command.events {
        if case .patientRegistered = event.event.fact { patients.append(event.subject) }
      }
    }
  }

  /// A number that differs when any byte does (FNV-1a).
  func digest() throws -> UInt64 {
    var hash: UInt64 = 0xcbf2_9ce4_8422_2325
    for command in commands {
      for (subject, id, event) in command.events {
        let words = [subject.high, subject.low, id.high, id.low]
        for byte in try words.flatMap({ word in
          (0..<8).map { UInt8(truncatingIfNeeded: word >> (8 * $0)) }
        }) + event.payload() {
          hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3
        }
      }
    }
    return hash
  }
}

@Suite("The simulated clinic")
struct ClinicSimulationTests {
  @Test("the same seed gives the same events byte for byte, another seed others")
  func deterministic() throws {
    let first = try History(seed: 3, patients: 6, years: 1).digest()
    #expect(try History(seed: 3, patients: 6, years: 1).digest() == first)
    #expect(try History(seed: 4, patients: 6, years: 1).digest() != first)
  }

  @Test("a year of twenty patients is a believable history")
  func smallClinic() throws {
    let history = try History(seed: 7, patients: 20, years: 1)
    #expect(history.summary.events > 1_500)
    #expect(history.summary.commands == history.commands.count)
    #expect(history.summary.refused.count > 3, "refusals are part of a clinic's life")
    #expect(history.patients.count == 20)
    for patient in history.patients {
      #expect(history.memory.patient(patient).account.isBalanced())
    }
  }

  @Test("every event is recorded later than the one before, and none after noon of the last day")
  func recordedInOrder() throws {
    let history = try History(seed: 9, patients: 10, years: 1)
    var last = Instant(microseconds: .min)
    for command in history.commands {
      for index in command.events.indices {
        #expect(command.recordedAt(ofEvent: index) > last)
        last = command.recordedAt(ofEvent: index)
      }
    }
    let zone = try ClinicTimeZone("America/New_York")
    #expect(try last < zone.instant("2026-03-11T13:30"))
  }

  @Test("the last day has visits, some of them not ready to treat")
  func lastDay() throws {
    let history = try History(seed: 7, patients: 30, years: 1)
    let date = try CivilDate("2026-03-11")
    var (visits, notReady) = (0, 0)
    for patient in history.patients {
      let state = history.memory.patient(patient)
      for visit in state.schedule.appointments.values where visit.dateOn == date.compact {
        visits += 1
        let clearance = try history.memory.clearance(
          of: patient,
          for: PlannedVisit(
            date: date, serviceClass: visit.serviceClass,
            practitioner: try SubjectID(visit.practitioner),
            episode: visit.episode.isEmpty ? nil : visit.episode,
            excludingAppointment: visit.appointment))
        if visit.isAwaited, !clearance.isReady { notReady += 1 }
      }
    }
    #expect(visits >= 5)
    #expect(notReady >= 1)
    #expect(notReady < visits)
  }

  @Test("a mid-size clinic lives through every kind of the core")
  func coreKinds() throws {
    let history = try History(seed: 22, patients: 140, years: 2)
    let kinds = Set(
      history.commands.flatMap(\.events).compactMap { event in
        event.event.fact.flatMap { Mirror(reflecting: $0).children.first?.label }
      })
    let missing = Self.core.subtracting(kinds)
    #expect(missing.isEmpty)
    for patient in history.patients {
      #expect(history.memory.patient(patient).account.isBalanced())
    }
  }

  /// The facts without which no clinic of this kind works.
  static let core: Set<String> = [
    "patientRegistered", "consentSigned", "coverageAdded", "insuranceVerified", "selfPayElected",
    "documentReceived", "referralReceived", "prescriptionAccepted", "episodeOpened",
    "diagnosisRecorded", "assessmentCompleted", "outcomeMeasureScored", "goalSet",
    "treatmentPlanAdopted", "appointmentBooked", "appointmentRescheduled", "appointmentCancelled",
    "appointmentNoShowRecorded", "patientCheckedIn", "sessionDelivered", "soapNoteSigned",
    "noteAmended", "reevaluationCompleted", "chargePosted", "chargeVoided", "claimSubmitted",
    "claimAcknowledged", "claimAdjudicated", "remittanceReceived", "paymentReceived",
    "paymentApplied", "paymentReversed", "refundIssued", "writeOffPosted", "packageSold",
    "packageRedeemed", "paymentPlanAgreed", "instalmentPaid", "slidingScaleApproved",
    "superbillIssued", "authorizationApproved", "authorizationConsumed", "licenseRecorded",
    "episodeDischarged", "periodClosed", "treatmentClearanceOverridden",
  ]

  @Test("a simulation of no size is refused", arguments: [(0, 1), (5, 0), (5, 21)])
  func sizes(patients: Int, years: Int) throws {
    #expect(throws: ValueError.self) {
      try ClinicSimulation(
        seed: 1, patients: patients, years: years, through: CivilDate("2026-03-11"))
    }
  }
}
