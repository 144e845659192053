import PracticeEvents

/// What kind of subject a stream is about.
public enum SubjectKind: Sendable {
  case patient, practitioner, referringProvider, payer, site, system, codeLists, books
}

extension RecordedFact {
  /// The kind of this fact's subject; nil for a fact newer than this program.
  public var subjectKind: SubjectKind? {
    switch stream {
    case SubjectID.site.key: return .site
    case SubjectID.system.key: return .system
    case SubjectID.codeLists.key: return .codeLists
    case SubjectID.books.key: return .books
    default: break
    }
    switch kind?.rawValue {
    case .some(159): return .referringProvider
    case .some(150...158), .some(160...165): return .practitioner
    case .some(456), .some(462...463), .some(469...470), .some(550...553): return .payer
    case .some(541...549): return .books
    case .some(100...549), .some(585), .some(590...593): return .patient
    default: return nil
    }
  }
}
