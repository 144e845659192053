import Practice
import Testing

@testable import ChartLedgerCommand

@Suite("The catalogue of commands")
struct CatalogTests {
  @Test("names are unique, kebab-case and imperative")
  func names() {
    let names = CommandCatalog.all.map { $0.name }
    #expect(Set(names).count == names.count)
    #expect(names.allSatisfy { $0.wholeMatch(of: /[a-z]+(-[a-z]+)*/) != nil })
    #expect(names.count >= 80)
  }

  @Test("the fields of every command can be read off it, and its help speaks of fields it has")
  func fields() throws {
    for command in CommandCatalog.all {
      let names = try command.describeFields().map(\.name)
      #expect(!names.isEmpty, "\(command.name)")
      #expect(Set(names).count == names.count, "\(command.name)")
      let unknown = Set(command.help.keys).subtracting(names)
      #expect(unknown.isEmpty, "\(command.name) explains \(unknown.sorted())")
    }
  }

  @Test("a command has as many fields as stored properties")
  func allFields() throws {
    // A field that the form could not describe would end the list early.
    let fields = BookAppointment.fields.map(\.flag)
    #expect(
      fields == [
        "patient", "practitioner", "room", "service", "starts-at", "minutes", "episode",
        "appointment",
      ])
    #expect(DeliverSession.fields.count == 6)
    #expect(AcceptPrescription.fields.count == 16)
  }
}
