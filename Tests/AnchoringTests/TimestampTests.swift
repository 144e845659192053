import Anchoring
import Foundation
import TestSupport
import Testing
import TransparencyLog

@Suite(
  "time stamps of a real authority",
  .enabled(if: Program("openssl") != nil, "skipped: openssl is not installed"))
final class TimestampTests {
  let folder: URL
  let authority: LocalTimestampAuthority
  let data = Array("a checkpoint\n".utf8)

  init() throws {
    folder = FileManager.default.temporaryDirectory
      .appending(path: "chartledger-tsa-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    authority = try LocalTimestampAuthority(try #require(Program("openssl")), in: folder)
  }

  deinit { try? FileManager.default.removeItem(at: folder) }

  @Test("a request is answered, and the answer names hash, nonce and time")
  func roundTrip() throws {
    let request = TimestampRequest(over: data, nonce: 0x8000_0000_0000_0001)
    let answer = try authority.answer(request.encoded)
    let token = try TimestampToken(parsingResponse: answer)
    try token.check(stamps: data, request: request)
    #expect(token.policy == "1.2.3.4.1")
    #expect(token.authority == "CN=Test TSA")
    #expect(token.nonce == [0x80, 0, 0, 0, 0, 0, 0, 1])
    #expect(token.time.wholeMatch(of: /20\d\d-\d\d-\d\dT\d\d:\d\d:\d\dZ/) != nil)
    #expect(try authority.verifies(answer, of: data))
  }

  @Test("requests are the bytes that OpenSSL makes")
  func sameBytes() throws {
    for _ in 0..<8 {
      let made = try authority.request(over: data)
      let parsed = try TimestampRequest(parsing: made)
      #expect(try parsed.encoded == made)
      #expect(parsed.imprint == TimestampRequest(over: data, nonce: 1).imprint)
    }
    for nonce in [0, 1, 127, 128, 255, 256, .max] as [UInt64] {
      let request = TimestampRequest(over: data, nonce: nonce)
      #expect(try TimestampRequest(parsing: request.encoded) == request)
    }
  }

  @Test("a stamp of something else, or for another request, is refused by name")
  func mismatches() throws {
    let request = TimestampRequest(over: data, nonce: 1)
    let token = try TimestampToken(parsingResponse: authority.answer(request.encoded))
    #expect(throws: TimestampError.otherImprint) { try token.check(stamps: data + [0]) }
    #expect(throws: TimestampError.otherNonce) {
      try token.check(stamps: data, request: TimestampRequest(over: data, nonce: 2))
    }
    #expect(throws: TimestampError.otherImprint) {
      try token.check(stamps: data, request: TimestampRequest(over: data + [0], nonce: 1))
    }
  }

  @Test("an authority's refusal is told with its status")
  func refusal() throws {
    let answer = try authority.answer(authority.request(over: data, digest: "sha1"))
    #expect(throws: TimestampError.notGranted(status: 2)) {
      try TimestampToken(parsingResponse: answer)
    }
  }

  @Test("no flipped bit changes what a stamp says, and OpenSSL refuses a flipped signature")
  func mutations() throws {
    let answer = try authority.answer(TimestampRequest(over: data, nonce: 77).encoded)
    let token = try TimestampToken(parsingResponse: answer)
    var refused: Set<Int> = []
    for index in answer.indices {
      for bit in 0..<8 {
        var altered = answer
        altered[index] ^= 1 << UInt8(bit)
        if let read = try? TimestampToken(parsingResponse: altered) {
          #expect(read == token, "bit \(bit) of byte \(index)")
        } else if bit == 0 {
          refused.insert(index)
        }
      }
      #expect(throws: TimestampError.self) {
        try TimestampToken(parsingResponse: Array(answer[..<index]))
      }
    }
    #expect(throws: TimestampError.self) { try TimestampToken(parsingResponse: answer + [0]) }
    // The stated content: from the stamped hash to the nonce every bit counts.
    let start = try #require(
      answer.indices.first { answer[$0...].starts(with: token.imprint.bytes) })
    #expect(refused.isSuperset(of: start - 20..<start + 60))
    for index in stride(from: answer.count - 40, to: answer.count, by: 8) {
      var altered = answer
      altered[index] ^= 1
      #expect(try !authority.verifies(altered, of: data))
    }
  }

  @Test(
    "bytes that are no time stamp are refused", arguments: [[], [0x30], [0x30, 0x00], [0x05, 0]])
  func malformed(bytes: [UInt8]) {
    #expect(throws: TimestampError.self) { try TimestampToken(parsingResponse: bytes) }
    #expect(throws: TimestampError.self) { try TimestampRequest(parsing: bytes) }
  }
}
