import Practice
import PracticeEvents
import TestSupport
import Testing

@Suite("Random commands")
struct RandomCommandsTests {
  @Test("4,000 random commands end in facts or a refusal, and leave every account balanced")
  func neverBreaks() throws {
    var commands = try RandomCommands(seed: 11)
    var memory = FactMemory()
    var patients: Set<SubjectID> = []
    var accepted: Set<String> = []
    var (facts, refusals) = (0, 0)
    for _ in 0..<4_000 {
      var (command, context) = commands.next()
      do {
        let decision = try command.checkedDecision(memory, &context)
        let events = decision.events(in: &context)
        memory.record(events, at: context.now)
        commands.learn(events)
        accepted.insert(type(of: command).name)
        facts += events.count
        for case (let subject, _, let event) in events {
          if case .patientRegistered = event.fact { patients.insert(subject) }
          guard patients.contains(subject) else { continue }
          #expect(memory.patient(subject).account.isBalanced())
        }
      } catch is Refusal {
        refusals += 1
      } catch is ValueError {
        refusals += 1
      }
    }
    // Enough of both to mean something.
    #expect(facts > 700)
    #expect(refusals > 1_000)
    #expect(accepted.count > 35)
  }

  @Test("the same seed gives the same commands")
  func repeats() throws {
    var one = try RandomCommands(seed: 5)
    var other = try RandomCommands(seed: 5)
    for _ in 0..<200 {
      let (first, second) = (one.next(), other.next())
      #expect(type(of: first.command).name == type(of: second.command).name)
      #expect(first.context.now == second.context.now)
      #expect("\(first.command)" == "\(second.command)")
    }
  }
}
