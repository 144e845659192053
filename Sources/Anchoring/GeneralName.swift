import SwiftASN1

/// The name that an authority gives itself (GeneralName, RFC 5280 section 4.2.1.6), for reading.
enum GeneralName {
  private static let labels: [ASN1ObjectIdentifier: String] = [
    [2, 5, 4, 3]: "CN", [2, 5, 4, 6]: "C", [2, 5, 4, 7]: "L", [2, 5, 4, 8]: "ST",
    [2, 5, 4, 10]: "O", [2, 5, 4, 11]: "OU",
  ]

  /// - Parameter node: the explicit tag around the name.
  /// - Returns: empty for a name of another form.
  static func text(of node: ASN1Node) -> String {
    guard let name = node.children.first, name.identifier.tagClass == .contextSpecific else {
      return ""
    }
    switch name.identifier.tagNumber {
    // A domain name, or an address on the web.
    case 2, 6: return name.text ?? ""
    // The parts of a directory name, one attribute each or a few.
    case 4:
      let attributes = name.children.flatMap(\.children).flatMap(\.children)
      return attributes.compactMap(part).joined(separator: ", ")
    default: return ""
    }
  }

  private static func part(_ attribute: ASN1Node) -> String? {
    let fields = attribute.children
    guard fields.count == 2, let type = try? ASN1ObjectIdentifier(derEncoded: fields[0]),
      let label = labels[type], let value = fields[1].text
    else { return nil }
    return "\(label)=\(value)"
  }
}

extension ASN1Node {
  fileprivate var children: [ASN1Node] {
    guard case .constructed(let nodes) = content else { return [] }
    return Array(nodes)
  }

  /// Printable text of one line.
  fileprivate var text: String? {
    guard case .primitive(let bytes) = content, let text = String(validating: bytes, as: UTF8.self)
    else { return nil }
    return text.unicodeScalars.allSatisfy { $0.value >= 0x20 && $0.value != 0x7f } ? text : nil
  }
}
