import Foundation
import PracticeEvents
import TestSupport
import Testing

@testable import Practice

@Suite("Users") struct UserTests {
  private var scenario: Scenario
  private let hash = [UInt8](0..<32)
  private var hex: String { hash.map { String(format: "%02x", $0) }.joined() }
  init() throws { scenario = try Scenario() }

  private func role(on date: Int32) throws -> Role? {
    try scenario.memory.system().grant(tokenSHA256: hash, on: CivilDate(compact: date))?.role
  }

  @Test("a token opens a role until its last day or until it is revoked")
  mutating func grant() throws {
    let grant = EntityID.make(.grant, random: 1)
    try scenario.record(
      GrantUserRole(
        user: "kim", role: .auditor, tokenSHA256: hex,
        expiresOn: CivilDate(compact: 2026_03_31), grant: grant))
    #expect(try role(on: 2026_03_31) == .auditor)
    #expect(try role(on: 2026_04_01) == nil)
    try scenario.record(RevokeUserRole(grant: grant))
    #expect(try role(on: 2026_03_31) == nil)
    #expect(try scenario.refusal(of: RevokeUserRole(grant: grant)).rule == "user.grant")
  }

  @Test("the hash may be hexadecimal or base64")
  mutating func base64() throws {
    try scenario.record(
      GrantUserRole(
        user: "kim", role: .biller, tokenSHA256: Data(hash).base64EncodedString()))
    #expect(try role(on: 2040_01_01) == .biller)
    let other = [UInt8](1...32)
    let date = try CivilDate(compact: 2026_03_02)
    #expect(try scenario.memory.system().grant(tokenSHA256: other, on: date) == nil)
  }

  @Test(
    "a grant is refused with a bad name, token, day or identifier",
    arguments: [
      "user.name", "user.token", "user.expiry", "user.token.taken", "identifier.taken",
    ])
  mutating func refusals(rule: String) throws {
    let first = EntityID.make(.grant, random: 1)
    try scenario.record(GrantUserRole(user: "kim", role: .biller, tokenSHA256: hex, grant: first))
    var command = GrantUserRole(
      user: "kim", role: .biller, tokenSHA256: String(repeating: "ab", count: 32))
    switch rule {
    case "user.name": command.user = "kim lee"
    case "user.token": command.tokenSHA256 = "abcd"
    case "user.expiry": command.expiresOn = try CivilDate(compact: 2026_03_01)
    case "user.token.taken": command.tokenSHA256 = hex.uppercased()
    default: command.grant = first
    }
    #expect(try scenario.refusal(of: command).rule == rule)
  }
}
