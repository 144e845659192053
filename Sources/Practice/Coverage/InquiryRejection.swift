import PracticeEvents

/// Why a payer did not answer an inquiry (X12 271 AAA03), and what may be done about it (AAA04), in
/// few words of our own.
public enum InquiryRejection {
  /// E.g. `75, member not found at the subscriber: correct it and ask again`.
  public static func text(_ fact: VerificationFailed) -> String {
    let place = fact.level.isEmpty ? "" : " at the \(fact.level)"
    let what = followUp(fact.followUp).map { ": \($0)" } ?? ""
    return "\(fact.rejectReason), \(reason(fact.rejectReason) ?? "no known reason")\(place)\(what)"
  }

  /// AAA03 of 005010X279A1; nil for a code that it does not have.
  public static func reason(_ code: String) -> String? {
    switch code {
    case "04": "asked for more at once than the payer takes"
    case "15": "required data missing"
    case "33": "input errors"
    case "35": "out of network"
    case "41": "no access to this payer's answers"
    case "42": "payer cannot answer at the moment"
    case "43": "provider's number missing or wrong"
    case "44": "provider's name missing or wrong"
    case "45": "provider's specialty missing or wrong"
    case "46": "provider's phone missing or wrong"
    case "47": "provider's state missing or wrong"
    case "48": "referring provider's number missing or wrong"
    case "49": "provider is not the primary care physician"
    case "50": "provider may not inquire"
    case "51": "provider not on file"
    case "52": "service dates outside the provider's enrolment"
    case "53": "benefit does not go with this kind of provider"
    case "54": "wrong kind of procedure code"
    case "55": "procedure code not right"
    case "56": "date not right"
    case "57": "date of service missing or wrong"
    case "58": "birth date missing or wrong"
    case "60": "birth date after the date of service"
    case "61": "death before the date of service"
    case "62": "date of service outside the days one may ask about"
    case "63": "date of service in the future"
    case "64": "patient's id missing or wrong"
    case "65": "patient's name missing or wrong"
    case "66": "patient's sex missing or wrong"
    case "67": "patient not found"
    case "68": "patient's id stands for several"
    case "69": "does not go with the patient's age"
    case "70": "does not go with the patient's sex"
    case "71": "birth date is not the one that the payer has"
    case "72": "member id missing or wrong"
    case "73": "member's name missing or wrong"
    case "74": "member's sex missing or wrong"
    case "75": "member not found"
    case "76": "member id stands for several"
    case "77": "member found, the patient not"
    case "78": "member not in this group or plan"
    case "79": "payer or participant number wrong"
    case "80": "no response; the transaction was ended"
    case "97": "provider's address missing or wrong"
    case "T4": "payer's name or number missing"
    default: nil
    }
  }

  /// AAA04; nil for a code that it does not have.
  public static func followUp(_ code: String) -> String? {
    switch code {
    case "C": "correct it and ask again"
    case "N": "do not ask again; call the payer"
    case "P": "send the original inquiry again"
    case "R": "ask again"
    case "S": "do not ask again; a third party was asked"
    case "W": "wait 30 days and ask again"
    case "X": "wait 10 days and ask again"
    case "Y": "do not ask again; the payer answers later"
    default: nil
    }
  }
}
