import Foundation
import Glibc
import Testing

@Suite("The priority of what runs beside a server", .serialized)
struct PriorityTests {
  private static let kind = __priority_which_t(PRIO_PROCESS.rawValue)

  /// Runs the tool, and tells its niceness when it ended: the system keeps it until it was waited for.
  private func niceness(_ arguments: [String], _ tool: Tool) throws -> Int32 {
    let words = [Tool.executable.path, "--data", tool.data.path]
    let argv = ([words[0]] + arguments + words[1...]).map { strdup($0) } + [nil]
    let environment = Tool.inherited.map { strdup("\($0.key)=\($0.value)") } + [nil]
    defer { (argv + environment).forEach { free($0) } }
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    for descriptor in [STDOUT_FILENO, STDERR_FILENO] {
      posix_spawn_file_actions_addopen(&actions, descriptor, "/dev/null", O_WRONLY, 0)
    }
    var child = pid_t()
    try #require(posix_spawn(&child, words[0], &actions, nil, argv, environment) == 0)
    var information = siginfo_t()
    let ended = waitid(P_PID, id_t(child), &information, WEXITED | WNOWAIT)
    let found = getpriority(Self.kind, id_t(child))
    var status: Int32 = 0
    try #require(ended == 0 && waitpid(child, &status, 0) == child && status == 0)
    return found
  }

  @Test("a rebuild of the views gives way; nothing else does, and nobody else is changed by it")
  func rebuild() throws {
    let tool = try Tool()
    defer { tool.cleanUp() }
    try tool.establish()
    let own = getpriority(Self.kind, 0)
    #expect(try niceness(["view", "rebuild"], tool) == max(own, 10))
    #expect(try niceness(["view", "list"], tool) == own)
    #expect(getpriority(Self.kind, 0) == own)
  }
}
