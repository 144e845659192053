extension String {
  /// A camelCase name as a flag is written: `defaultCPT` is `default-cpt`.
  public var kebabCased: String {
    var text = ""
    var follows = false
    for character in self {
      if character.isUppercase && follows { text.append("-") }
      text.append(contentsOf: character.lowercased())
      follows = !character.isUppercase
    }
    return text
  }
}
