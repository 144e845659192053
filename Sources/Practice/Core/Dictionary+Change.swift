extension Dictionary {
  /// Changes the value at a key where it lies, if there is one: one search, whatever changes of it.
  mutating func change(_ key: Key, _ body: (inout Value) -> Void) {
    guard let index = index(forKey: key) else { return }
    body(&values[index])
  }

  /// The same, beginning with `first` when there is none.
  mutating func change(
    _ key: Key, or first: @autoclosure () -> Value, _ body: (inout Value) -> Void
  ) {
    body(&self[key, default: first()])
  }
}
