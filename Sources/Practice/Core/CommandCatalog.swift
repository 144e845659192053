/// Every command there is; a subject's commands are listed in its own folder.
public enum CommandCatalog {
  public static let all: [any Command.Type] =
    clinic + practitioner + patient + coverage + referral + episode + scheduling + session
    + claims + money + records

  /// The command with this name.
  public static func named(_ name: String) -> (any Command.Type)? {
    all.first { $0.name == name }
  }
}
