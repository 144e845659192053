import PracticeEvents

extension ProfileState: FoldedState {
  public mutating func apply(_ recorded: RecordedFact) {
    switch recorded.event.fact {
    case .patientRegistered(let fact):
      current = fact
      registered = true
    case .patientDemographicsChanged(let fact):
      for field in fact.changed { copy(field, from: fact) }
    case .consentSigned(let fact):
      consents[fact.consent, default: Consent()].signed = fact
      consents[fact.consent]?.event = recorded.eventID
    case .consentRevoked(let fact):
      consents[fact.consent]?.revokedOn = fact.revokedOn
      consents[fact.consent]?.event = recorded.eventID
    case .intakeCompleted(let fact):
      intake = fact
    case .contraindicationScreened(let fact):
      screenings.append(fact)
      screeningEvents[fact.screening] = recorded.eventID
    case .medicalNecessityLetterRecorded(let fact):
      letters.append(fact)
    default:
      break
    }
  }

  private mutating func copy(_ field: String, from fact: PatientDemographicsChanged) {
    switch DemographicField(rawValue: field) {
    case .legalName: current.legalName = fact.legalName
    case .preferredName: current.preferredName = fact.preferredName
    case .bornOn: current.bornOn = fact.bornOn
    case .sex: current.sex = fact.sex
    case .phone: current.phone = fact.phone
    case .email: current.email = fact.email
    case .address: current.address = fact.address
    case .language: current.language = fact.language
    case .emergencyContactName: current.emergencyContactName = fact.emergencyContactName
    case .emergencyContactPhone: current.emergencyContactPhone = fact.emergencyContactPhone
    case nil: break
    }
  }

  /// The screening that counts on the date: the last one done by then, of those of one day the one
  /// recorded last.
  public func screening(on date: CivilDate) -> ContraindicationScreened? {
    screenings.inForce(on: date, from: \.screenedOn)
  }

  /// Whether a consent of the kind was signed and holds on the date.
  public func hasConsent(_ kind: ConsentKind, on date: CivilDate) -> Bool {
    consent(kind, on: date) != nil
  }

  /// The consent of the kind that holds on the date, of several the one signed last.
  func consent(_ kind: ConsentKind, on date: CivilDate) -> Consent? {
    consents.values.filter { consent in
      consent.signed.kind == kind && consent.signed.signedOn <= date.compact
        && (consent.signed.expiresOn == 0 || date.compact <= consent.signed.expiresOn)
        && (consent.revokedOn == 0 || date.compact < consent.revokedOn)
    }.max {
      ($0.signed.signedOn, $0.signed.consent) < ($1.signed.signedOn, $1.signed.consent)
    }
  }
}

/// What `PatientDemographicsChanged.changed` may name.
enum DemographicField: String, CaseIterable {
  case legalName, preferredName, bornOn, sex, phone, email, address, language
  case emergencyContactName, emergencyContactPhone
}
