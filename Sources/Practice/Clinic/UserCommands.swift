import Foundation
import PracticeEvents

/// Gives a person or program access.
public struct GrantUserRole: Command {
  public static let name = "grant-user-role"
  public static let summary = "Gives a user a role, opened by a bearer token."
  public static let help = [
    "tokenSHA256": "SHA-256 of the token, 32 bytes in hex or base64; the token is never recorded",
    "expiresOn": "last day; until revoked when left out",
  ]
  public static let roles: Set<Role> = [.supervisor]

  public var user: String
  public var role: UserRoleChoice
  public var tokenSHA256: String
  public var expiresOn: CivilDate?
  public var grant: EntityID?

  public init(
    user: String, role: UserRoleChoice, tokenSHA256: String, expiresOn: CivilDate? = nil,
    grant: EntityID? = nil
  ) {
    self.user = user
    self.role = role
    self.tokenSHA256 = tokenSHA256
    self.expiresOn = expiresOn
    self.grant = grant
  }

  public func decide(_ facts: some Facts, _ context: inout DecisionContext) throws -> Decision {
    guard user.wholeMatch(of: /[A-Za-z0-9][A-Za-z0-9._@-]{0,63}/) != nil else {
      throw Refusal(
        rule: "user.name", field: "user",
        problem: "a user name has 1 to 64 letters, digits, dots, hyphens, underscores or @",
        remedy: "choose a plain one")
    }
    guard let hash = Self.bytes(of: tokenSHA256), hash.count == 32 else {
      throw Refusal(
        rule: "user.token", field: "tokenSHA256", problem: "it is not the 32 bytes of a SHA-256",
        remedy: "write 64 hexadecimal digits, or base64")
    }
    guard expiresOn.map({ $0 >= context.today }) ?? true else {
      throw Refusal(
        rule: "user.expiry", field: "expiresOn", problem: "it would have expired already",
        remedy: "give today or a later day")
    }
    let grants = try facts.system().grants
    guard !grants.values.contains(where: { $0.granted.tokenSha256 == hash }) else {
      throw Refusal(
        rule: "user.token.taken", field: "tokenSHA256", problem: "this token was granted before",
        remedy: "make a new token")
    }
    let grant = try context.id(.grant, grant).description
    guard grants[grant] == nil else {
      throw Refusal(
        rule: "identifier.taken", field: "grant", problem: "\(grant) is in use",
        remedy: "leave grant out to get a new identifier")
    }
    var fact = UserRoleGranted()
    fact.grant = grant
    fact.user = user
    fact.role = role.role
    fact.tokenSha256 = hash
    fact.expiresOn = expiresOn?.compact ?? 0
    return Decision([ProposedFact(.system, .userRoleGranted(fact))])
  }

  private static func bytes(of text: String) -> Data? {
    guard text.wholeMatch(of: /[0-9A-Fa-f]{64}/) != nil else { return Data(base64Encoded: text) }
    var bytes = Data()
    var digits = text[...]
    while !digits.isEmpty {
      guard let byte = UInt8(digits.prefix(2), radix: 16) else { return nil }
      bytes.append(byte)
      digits = digits.dropFirst(2)
    }
    return bytes
  }
}

/// Takes access away.
public struct RevokeUserRole: Command {
  public static let name = "revoke-user-role"
  public static let summary = "Ends a grant of access; its token opens nothing any more."
  public static let roles: Set<Role> = [.supervisor]

  public var grant: EntityID

  public init(
    grant: EntityID
  ) {
    self.grant = grant
  }

  public func decide(_ facts: some Facts, _ context: inout DecisionContext) throws -> Decision {
    guard let known = try facts.system().grants[grant.description], !known.revoked else {
      throw Refusal(
        rule: "user.grant", field: "grant", problem: "there is no grant \(grant) in force",
        remedy: "check the identifier; it may be revoked already")
    }
    var fact = UserRoleRevoked()
    fact.grant = grant.description
    return Decision([ProposedFact(.system, .userRoleRevoked(fact))])
  }
}

/// The roles that a token can open.
public enum UserRoleChoice: String, WordChoice {
  case frontDesk, therapist, supervisor, biller, auditor

  /// Nil for a role that opens nothing: patients ask the front desk, the system holds no token.
  public init?(_ role: Role) {
    guard let choice = Self.allCases.first(where: { $0.role == role }) else { return nil }
    self = choice
  }

  var role: Role {
    switch self {
    case .frontDesk: .frontDesk
    case .therapist: .therapist
    case .supervisor: .supervisor
    case .biller: .biller
    case .auditor: .auditor
    }
  }
}
