import PracticeEvents
import Testing

@testable import Practice

@Suite("The catalogue of commands") struct CommandCatalogTests {
  @Test("has every command once, by a kebab-case name with a sentence about it")
  func names() {
    let names = CommandCatalog.all.map { $0.name }
    #expect(Set(names).count == names.count)
    for command in CommandCatalog.all {
      #expect(command.name.wholeMatch(of: /[a-z]+(-[a-z]+)*/) != nil)
      #expect(command.summary.hasSuffix("."))
      #expect(CommandCatalog.named(command.name) == command)
    }
    #expect(CommandCatalog.named("no-such-command") == nil)
  }

  @Test("knows the fields of every command, and helps only with fields that exist")
  func fields() {
    for command in CommandCatalog.all {
      let fields = command.fields.map(\.name)
      #expect(!fields.isEmpty, "\(command.name)")
      #expect(Set(command.help.keys).isSubset(of: fields), "\(command.name)")
    }
  }
}
