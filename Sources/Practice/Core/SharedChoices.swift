import PracticeEvents

/// Yes, no, or nobody could say.
public enum AnswerChoice: String, WordChoice {
  case yes, no, unknown

  var answer: Answer {
    switch self {
    case .yes: .yes
    case .no: .no
    case .unknown: .unknown
    }
  }
}

/// What a service is for.
public enum ServiceClassChoice: String, WordChoice {
  case medical, relaxation

  var serviceClass: ServiceClass {
    switch self {
    case .medical: .medical
    case .relaxation: .relaxation
    }
  }
}
