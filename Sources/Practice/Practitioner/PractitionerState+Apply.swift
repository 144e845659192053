import PracticeEvents

extension PractitionerState: FoldedState {
  public mutating func apply(_ recorded: RecordedFact) {
    switch recorded.event.fact {
    case .practitionerRegistered(let fact):
      current = fact
      registered = true
    case .licenseRecorded(let fact):
      licenses[fact.license, default: License()].recorded = fact
      licenses[fact.license]?.event = recorded.eventID
    case .licenseRenewed(let fact):
      licenses[fact.license]?.renewals.append(fact)
      licenses[fact.license]?.event = recorded.eventID
    case .licenseStatusChanged(let fact):
      licenses[fact.license]?.changes.append(fact)
      licenses[fact.license]?.event = recorded.eventID
    case .trainingCredentialRecorded(let fact):
      credentials.append(fact)
      credentialEvents[fact.credential] = recorded.eventID
    case .privilegeGranted(let fact):
      record(fact.serviceClass, from: fact.fromDateOn, granted: true, recorded)
    case .privilegeRevoked(let fact):
      record(fact.serviceClass, from: fact.fromDateOn, granted: false, recorded)
    case .availabilitySet(let fact):
      availability.append(fact)
    case .practitionerTimeBlocked(let fact):
      blocks.append(TimeBlock(fact, recorded))
    case .practitionerTimeUnblocked(let fact):
      blocks.removeAll { $0.block == fact.block }
    default:
      break
    }
  }

  private mutating func record(
    _ serviceClass: ServiceClass, from date: Int32, granted: Bool, _ recorded: RecordedFact
  ) {
    var privilege = Privilege()
    privilege.serviceClass = serviceClass
    privilege.fromDateOn = date
    privilege.granted = granted
    privilege.event = recorded.eventID
    privileges.append(privilege)
  }
}

extension PractitionerState {
  /// A licence that is in force on the date; nil when there is none.
  ///
  /// - Parameter state: who must have issued it, e.g. `NJ`; empty takes one of any state.
  public func license(on date: CivilDate, in state: String = "") -> License? {
    licenses.values
      .filter { $0.isInForce(on: date) && (state.isEmpty || $0.recorded.state == state) }
      .min { $0.recorded.license < $1.recorded.license }
  }

  /// Whether some licence is recorded, of the state if one is named, not expired and active on the
  /// date.
  public func isLicensed(on date: CivilDate, in state: String = "") -> Bool {
    license(on: date, in: state) != nil
  }

  /// Whether the practitioner may deliver services of the class on the date, apart from the licence.
  ///
  /// Relaxation massage is within every massage therapist's scope unless the privilege was taken
  /// away. Medical massage needs the privilege and a medical training credential that has not
  /// expired.
  public func mayDeliver(_ serviceClass: ServiceClass, on date: CivilDate) -> Bool {
    let granted = hasPrivilege(serviceClass, on: date)
    return serviceClass == .medical ? granted && hasMedicalTraining(on: date) : granted
  }

  /// Whether the clinic lets the practitioner deliver the class on the date, whatever the training.
  func hasPrivilege(_ serviceClass: ServiceClass, on date: CivilDate) -> Bool {
    ruling(on: serviceClass, on: date)?.granted ?? (serviceClass == .relaxation)
  }

  /// What the clinic said last about the class; nil when it never did.
  func ruling(on serviceClass: ServiceClass, on date: CivilDate) -> Privilege? {
    privileges.lazy.filter { $0.serviceClass == serviceClass }
      .inForce(on: date, from: \.fromDateOn)
  }

  /// Whether a medical training credential was earned by the date and has not expired on it.
  public func hasMedicalTraining(on date: CivilDate) -> Bool {
    credentials.contains { credential in
      TrainingChoice(rawValue: credential.kind)?.isMedical == true
        && credential.earnedOn <= date.compact
        && (credential.expiresOn == 0 || date.compact <= credential.expiresOn)
    }
  }

  /// The hours of work on the date's weekday, earliest first; minutes since local midnight.
  public func availability(on date: CivilDate) -> [AvailabilitySet.Hours] {
    let week = availability.inForce(on: date, from: \.fromDateOn)?.hours ?? []
    return week.filter { $0.weekday == Int32(date.weekday.rawValue) }
      .sorted { $0.startMinute < $1.startMinute }
  }
}

extension PractitionerState.License {
  /// The last day it is valid, after all renewals; CCYYMMDD.
  public var expiresOn: Int32 { max(recorded.expiresOn, renewals.map(\.expiresOn).max() ?? 0) }

  /// Its status by the board's word; a licence is active until something else is known.
  public func status(on date: CivilDate) -> LicenseStatus {
    changes.inForce(on: date, from: \.fromDateOn)?.status ?? .active
  }

  /// A late renewal does not cover the days between the expiry and the renewal.
  public func isInForce(on date: CivilDate) -> Bool {
    let day = date.compact
    let isCovered =
      (recorded.issuedOn...max(recorded.issuedOn, recorded.expiresOn)).contains(day)
      || renewals.contains { $0.renewedOn <= day && day <= $0.expiresOn }
    return isCovered && status(on: date) == .active
  }
}

extension ReferringProviderState: FoldedState {
  public mutating func apply(_ recorded: RecordedFact) {
    guard case .referringProviderRegistered(let fact) = recorded.event.fact else { return }
    current = fact
    registered = true
  }
}
