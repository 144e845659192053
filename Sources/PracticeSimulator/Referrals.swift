import Practice
import PracticeEvents

extension World {
  /// A prescription comes by fax: taken in, matched, judged.
  mutating func receiveFax(_ index: Int, complete: Bool) throws {
    let patient = patients[index]
    guard patient.isInCare, patient.isMedical, let episode = patient.episode else { return }
    let referrer = referrers[patient.referrer]
    let document = id(.document)
    let isKnown = random.chance(0.55)
    try give(
      ReceiveDocument(
        patient: isKnown ? SubjectReference(patient.mrn) : nil, kind: isKnown ? .prescription : nil,
        fromNumber: E164(referrer.fax), toNumber: E164("+12016031951"), pages: random.int(1...4),
        mediaType: "image/tiff", document: document), by: .secondDesk)
    if !isKnown {
      // What came yesterday and today may still lie in the tray.
      guard today < lastDay.adding(days: -1) || random.chance(0.3) else { return }
      try give(
        MatchDocument(
          document: document, patient: SubjectReference(patient.mrn), kind: .prescription),
        by: .frontDesk)
    }
    let referral = id(.referral)
    try give(
      ReceiveReferral(
        patient: SubjectReference(patient.mrn), referringProvider: SubjectReference(referrer.npi),
        writtenOn: today.adding(days: -random.int(0...5)), document: document, referral: referral),
      by: .frontDesk)
    let isAccepted = try accept(index, referral, referrer, complete: complete)
    guard isAccepted else {
      try give(
        RejectPrescription(
          referral: referral,
          missing: random.pick([[.signature], [.purpose], [.diagnosis, .signature]])),
        by: .frontDesk)
      try plan(.fax(index, complete: true), inDays: 2...5)
      return
    }
    patients[index].renewalIsUnderWay = false
    try recordDiagnoses(index, episode, referral)
    let needsLetter = patient.paysAlone && [.hsa, .fsa].contains(patient.method)
    if needsLetter, !patient.hasVisited, random.chance(0.8) {
      try give(
        RecordNecessityLetter(
          patient: SubjectReference(patient.mrn), referringProvider: SubjectReference(referrer.npi),
          diagnoses: patient.complaint.diagnoses.map { try ICD10CM($0) },
          whyNecessary:
            "Manual therapy is indicated for \(patient.complaint.problem.lowercased()).",
          treatment: "Medical massage, weekly, 6 months", validFrom: today,
          validThrough: today.adding(days: 182), document: document), by: .frontDesk)
    }
  }

  private mutating func accept(
    _ index: Int, _ referral: EntityID, _ referrer: Referrer, complete: Bool
  ) throws -> Bool {
    let complaint = patients[index].complaint
    let prescription = id(.prescription)
    let visits =
      switch complaint.course {
      case .acute: random.pick([12, 16, 18])
      case .chronic: random.pick([8, 10, 12])
      case .maintenance, .stress: 6
      }
    let facts = try give(
      AcceptPrescription(
        referral: referral, signatureName: complete ? referrer.name : nil,
        purpose: complete ? "reduce pain and restore function" : nil,
        diagnoses: complaint.diagnoses.map { try ICD10CM($0) }, treatingProvider: true,
        medicalNecessityStated: true, cpt: [ProcedureCode("97140"), ProcedureCode("97124")],
        bodyRegions: [complaint.region, complaint.neighbour],
        visitsPerWeek: Hundredths(complaint.course.phases[0].text.most),
        durationDays: random.pick([60, 90, 90, 180]), visitsOrdered: visits,
        renews: patients[index].prescription, prescription: prescription), by: .frontDesk)
    if facts != nil { patients[index].prescription = prescription }
    return facts != nil
  }

  private mutating func recordDiagnoses(
    _ index: Int, _ episode: EntityID, _ referral: EntityID
  ) throws {
    let known = state(index).care.episodes[episode.description]?.diagnoses ?? []
    guard known.isEmpty else { return }
    for code in patients[index].complaint.diagnoses {
      try give(
        RecordDiagnosis(episode: episode, code: ICD10CM(code), referral: referral), by: .frontDesk)
    }
  }

  /// Asks the doctor's office for a new prescription.
  mutating func requestRenewal(_ index: Int) throws {
    guard !patients[index].renewalIsUnderWay else { return }
    patients[index].renewalIsUnderWay = true
    try plan(.fax(index, complete: random.chance(0.9)), inDays: 1...5)
  }
}
