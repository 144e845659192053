import SwiftASN1
public import TransparencyLog

/// A question to a time-stamping authority: sign that this hash existed now (RFC 3161 section
/// 2.4.1). The same bytes as `openssl ts -query -data FILE -sha256 -cert` makes.
public struct TimestampRequest: Hashable, Sendable {
  /// SHA-256 of what is to be stamped; nothing else leaves the clinic.
  public let imprint: TreeHash
  /// The magnitude of a random number, big-endian without leading zeros; the answer repeats it.
  public let nonce: [UInt8]?

  /// - Parameter nonce: random.
  public init(over data: [UInt8], nonce: UInt64) {
    imprint = .sha256(data)
    let bytes = withUnsafeBytes(of: nonce.bigEndian) { Array($0.drop { $0 == 0 }) }
    self.nonce = bytes.isEmpty ? [0] : bytes
  }

  /// Parses a TimeStampReq in DER.
  public init(parsing der: [UInt8]) throws(TimestampError) {
    let parsed = try TimestampError.parsing("the request cannot be read") {
      try DER.sequence(DER.parse(der), identifier: .sequence) { fields in
        guard try Int(derEncoded: &fields) == 1 else {
          throw TimestampError.malformed("the version of the request is not 1")
        }
        let imprint = try MessageImprint(derEncoded: &fields)
        var rest = OptionalFields(&fields)
        _ = rest.next(.objectIdentifier)
        let nonce = try rest.next(.integer).map { try $0.magnitude() }
        if let flag = rest.next(.boolean) { _ = try Bool(derEncoded: flag) }
        try rest.requireEnd()
        return (imprint.hash, nonce)
      }
    }
    (imprint, nonce) = parsed
  }

  /// The TimeStampReq in DER; it asks for the authority's certificate.
  public var encoded: [UInt8] {
    get throws {
      var coder = DER.Serializer()
      try coder.appendConstructedNode(identifier: .sequence) { fields in
        try fields.serialize(1)
        try fields.serialize(MessageImprint(hash: imprint))
        if let nonce { try fields.serialize(nonce[...]) }
        try fields.serialize(true)
      }
      return coder.serializedBytes
    }
  }
}

/// A hash and what made it; only SHA-256.
struct MessageImprint: DERParseable, DERSerializable {
  var hash: TreeHash

  init(hash: TreeHash) { self.hash = hash }

  init(derEncoded node: ASN1Node) throws {
    self = try DER.sequence(node, identifier: .sequence) { fields in
      let algorithm = try AlgorithmName(derEncoded: &fields)
      guard algorithm.oid == ASN1ObjectIdentifier.sha256 else {
        throw TimestampError.otherHashAlgorithm
      }
      let bytes = try ASN1OctetString(derEncoded: &fields).bytes
      guard let hash = TreeHash(Array(bytes)) else {
        throw TimestampError.malformed("a SHA-256 hash has 32 bytes")
      }
      return MessageImprint(hash: hash)
    }
  }

  func serialize(into coder: inout DER.Serializer) throws {
    try coder.appendConstructedNode(identifier: .sequence) { fields in
      try fields.appendConstructedNode(identifier: .sequence) { algorithm in
        try algorithm.serialize(ASN1ObjectIdentifier.sha256)
        try algorithm.serialize(ASN1Null())
      }
      try fields.serialize(ASN1OctetString(contentBytes: hash.bytes[...]))
    }
  }
}

/// An algorithm without parameters: hashes have none, or NULL.
struct AlgorithmName: DERParseable {
  var oid: ASN1ObjectIdentifier

  init(derEncoded node: ASN1Node) throws {
    oid = try DER.sequence(node, identifier: .sequence) { fields in
      let oid = try ASN1ObjectIdentifier(derEncoded: &fields)
      if let parameters = fields.next() { _ = try ASN1Null(derEncoded: parameters) }
      return oid
    }
  }
}

/// The optional fields at a sequence's end: each at most once, and in order.
struct OptionalFields {
  private var nodes: ArraySlice<ASN1Node>

  init(_ fields: inout ASN1NodeCollection.Iterator) {
    var nodes: [ASN1Node] = []
    while let node = fields.next() { nodes.append(node) }
    self.nodes = nodes[...]
  }

  /// The next field, if it has this tag.
  mutating func next(_ identifier: ASN1Identifier) -> ASN1Node? {
    guard nodes.first?.identifier == identifier else { return nil }
    return nodes.popFirst()
  }

  func requireEnd() throws(TimestampError) {
    guard nodes.isEmpty else { throw .malformed("it has a field that does not belong there") }
  }
}

extension ASN1Node {
  /// Of an INTEGER that is not negative: big-endian, at least one byte, no leading zeros.
  func magnitude() throws -> [UInt8] {
    let bytes = try ArraySlice<UInt8>(derEncoded: self)
    return bytes.isEmpty ? [0] : Array(bytes)
  }
}

extension ASN1ObjectIdentifier {
  static let sha256: ASN1ObjectIdentifier = [2, 16, 840, 1, 101, 3, 4, 2, 1]
  static let sha384: ASN1ObjectIdentifier = [2, 16, 840, 1, 101, 3, 4, 2, 2]
  static let sha512: ASN1ObjectIdentifier = [2, 16, 840, 1, 101, 3, 4, 2, 3]
  /// CMS (RFC 5652).
  static let signedData: ASN1ObjectIdentifier = [1, 2, 840, 113_549, 1, 7, 2]
  static let contentType: ASN1ObjectIdentifier = [1, 2, 840, 113_549, 1, 9, 3]
  static let messageDigest: ASN1ObjectIdentifier = [1, 2, 840, 113_549, 1, 9, 4]
  /// id-ct-TSTInfo (RFC 3161 section 2.4.2).
  static let timestampInfo: ASN1ObjectIdentifier = [1, 2, 840, 113_549, 1, 9, 16, 1, 4]
}

extension TimestampError {
  /// Runs a parser and turns what the DER reader says into our own words.
  static func parsing<Result>(
    _ reason: String, _ body: () throws -> Result
  ) throws(TimestampError) -> Result {
    do {
      return try body()
    } catch let error as TimestampError {
      throw error
    } catch {
      throw .malformed(reason)
    }
  }
}

extension TreeHash {
  /// Plain SHA-256, without the prefix of a tree's leaf.
  static func sha256(_ bytes: [UInt8]) -> TreeHash {
    var hasher = ByteHasher()
    hasher.update(bytes)
    return hasher.finish()
  }
}
