import EventLog
import Foundation
import Practice
import PracticeEvents
import TransparencyLog

extension Proposal {
  /// Adds the schema of this program's events, unless the log holds it: the descriptors for tools
  /// and the sources for people, so that the log can be read without this program.
  mutating func addSchema(unlessIn facts: LogFacts, _ context: inout DecisionContext) throws {
    let descriptors = PracticeSchema.descriptorSet
    let digest = ByteHasher.sha256(descriptors).bytes
    let known = try facts.system().schemas.contains { $0.descriptorSetSha256.elementsEqual(digest) }
    guard !known else { return }
    let source = Array(PracticeSchema.source.utf8)
    var generator = SystemRandomNumberGenerator()
    let added = [descriptors, source].map {
      Blob(id: BlobID.random(using: &generator), bytes: $0)
    }
    var fact = SchemaPublished()
    fact.version = PracticeSchema.version
    fact.descriptorSetBlob = added[0].id.description
    fact.sourceBlob = added[1].id.description
    fact.descriptorSetSha256 = Data(digest)
    fact.sourceSha256 = Data(ByteHasher.sha256(source).bytes)
    var program = context
    program.actor = .program
    program.channel = .system
    program.reason = nil
    let decision = Decision([ProposedFact(.system, .schemaPublished(fact))])
    events += try decision.events(in: &program).map(NewEvent.init)
    blobs += added
  }
}

extension Backend {
  /// Writes the schema on its own, after an import that brought events without it.
  public func publishSchema() async throws {
    var generator = SystemRandomNumberGenerator()
    let command = CommandID.random(using: &generator)
    let zone = try zone()
    _ = try await store.append(command: command) { log, now in
      var context = DecisionContext(
        actor: .program, channel: .system, now: Instant(microseconds: now.rawValue), zone: zone,
        seed: UUIDKey(high: command.high, low: command.low))
      var proposal = Proposal(events: [])
      try proposal.addSchema(unlessIn: LogFacts(log), &context)
      return proposal
    }
  }
}

extension EventActor {
  /// This program, acting on its own.
  static let program: EventActor = {
    var actor = EventActor()
    actor.user = "chartledger"
    actor.role = .system
    actor.initials = "CL"
    return actor
  }()
}
