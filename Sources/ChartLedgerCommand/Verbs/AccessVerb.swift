import ArgumentParser
import Backend
import EventLog
import Foundation
import Practice
import PracticeEvents
import Reports

/// `chartledger access`: who may read reports over HTTP.
struct AccessVerb: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "access", abstract: "Grant, revoke and list access to the reports over HTTP.",
    subcommands: [AccessGrant.self, AccessRevoke.self, AccessList.self])
}

struct AccessGrant: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "grant",
    abstract: "Give a user a role and print a new bearer token, once; only its hash is kept.",
    discussion:
      "Example: chartledger access grant maria --role biller --by dana:supervisor --data clinic")

  @Argument(help: "The user's name.") var user: String
  @Option(help: "front-desk, therapist, biller, supervisor (owner) or auditor.") var role: String
  @Option(help: "Last day on which the token opens anything.") var expiresOn: String?
  @OptionGroup var data: DataOption
  @OptionGroup var actor: ActorOption

  func run() async throws {
    let backend = try data.open()
    let token = try await Access.grant(
      user: user, role: role, expiresOn: expiresOn, by: actor.actor(in: backend), backend)
    try Console.write(token.text + "\n")
    Console.say("keep it now: it cannot be shown again")
  }
}

struct AccessRevoke: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "revoke", abstract: "End a grant; its token opens nothing from now on.")

  @Argument(help: "The grant's id, from `access list`.") var grant: String
  @OptionGroup var data: DataOption
  @OptionGroup var actor: ActorOption
  @OptionGroup var output: FormatOption

  func run() async throws {
    let backend = try data.open()
    var generator = SystemRandomNumberGenerator()
    let outcome = try await backend.record(
      RevokeUserRole(grant: try EntityID(grant)),
      CommandEnvelope(
        id: CommandID.random(using: &generator), actor: try actor.actor(in: backend)))
    try Console.write(OutcomeListing.render(outcome, output.format, dryRun: false))
  }
}

struct AccessList: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "list", abstract: "Every grant, revoked ones included.")

  @OptionGroup var data: DataOption
  @OptionGroup var output: FormatOption

  func run() async throws {
    let rows = try data.open().grants().map { grant -> [Cell] in
      [
        .text(grant.granted.grant), .text(grant.granted.user), .text(grant.granted.role.text),
        grant.granted.expiresOn.civilDate.map { .date($0) } ?? .none,
        .flag(grant.revoked),
      ]
    }
    try Console.write(
      Listing(
        title: "Access",
        columns: [
          Column("grant", "Grant", .text), Column("user", "User", .text),
          Column("role", "Role", .text), Column("expiresOn", "Through", .date),
          Column("revoked", "Revoked", .flag),
        ], rows: rows
      ).render(output.format))
  }
}

enum Access {
  /// Records a grant and gives its token.
  static func grant(
    user: String, role: String, expiresOn: String?, by actor: EventActor, _ backend: Backend
  ) async throws -> AccessToken {
    let token = AccessToken.random()
    guard let choice = Role(text: role).flatMap(UserRoleChoice.init) else {
      throw UsageError(
        "there is no role \(role) for access",
        hint: "choose front-desk, therapist, biller, supervisor (owner) or auditor")
    }
    let command = GrantUserRole(
      user: user, role: choice, tokenSHA256: token.hash.base64,
      expiresOn: try expiresOn.map { try CivilDate($0) })
    var generator = SystemRandomNumberGenerator()
    _ = try await backend.record(
      command, CommandEnvelope(id: CommandID.random(using: &generator), actor: actor))
    return token
  }
}
