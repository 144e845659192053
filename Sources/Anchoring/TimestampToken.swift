import Crypto
import SwiftASN1
public import TransparencyLog

/// What a time-stamping authority states: this hash existed at this time (RFC 3161).
///
/// Reading one checks that it was granted, is over SHA-256, and that the digest which its signer
/// signed is that of its content. It does not check the signature nor who signed: that takes the
/// authority's certificate, which must not come with the token; `openssl ts -verify` does it.
public struct TimestampToken: Hashable, Sendable {
  /// SHA-256 of the stamped bytes.
  public let imprint: TreeHash
  /// As stated by the authority, in whole seconds, such as `2026-11-24T14:00:00Z`.
  public let time: String
  /// The policy under which it was made, an object identifier in dots.
  public let policy: String
  /// In hexadecimal.
  public let serial: String
  /// See `TimestampRequest.nonce`.
  public let nonce: [UInt8]?
  /// How the authority calls itself, such as `CN=Example TSA, O=Example`; empty when it does not.
  public let authority: String

  /// Parses a TimeStampResp in DER (the file `.tsr`).
  public init(parsingResponse der: [UInt8]) throws(TimestampError) {
    let content = try TimestampError.parsing("the response cannot be read") {
      try Self.signedContent(ofResponse: DER.parse(der))
    }
    let info = try TimestampError.parsing("its content cannot be read") {
      try TimestampInfo(derEncoded: DER.parse(content))
    }
    imprint = info.imprint.hash
    time = info.time
    policy = info.policy
    serial = info.serial
    nonce = info.nonce
    authority = info.authority
  }

  /// Throws unless the token stamps these bytes and, if a request is given, answers it.
  public func check(stamps data: [UInt8], request: TimestampRequest? = nil) throws(TimestampError) {
    guard imprint == .sha256(data) else { throw .otherImprint }
    guard let request else { return }
    guard imprint == request.imprint else { throw .otherImprint }
    guard nonce == request.nonce else { throw .otherNonce }
  }

  /// The TSTInfo inside TimeStampResp → ContentInfo → SignedData → EncapsulatedContentInfo.
  private static func signedContent(ofResponse node: ASN1Node) throws -> ArraySlice<UInt8> {
    try DER.sequence(node, identifier: .sequence) { fields in
      guard let statusNode = fields.next() else { throw TimestampError.malformed("it is empty") }
      let status = try DER.sequence(statusNode, identifier: .sequence) { info in
        defer { while info.next() != nil {} }
        return try Int(derEncoded: &info)
      }
      // 0 granted, 1 granted with modifications.
      guard status == 0 || status == 1 else { throw TimestampError.notGranted(status: status) }
      guard let token = fields.next() else { throw TimestampError.malformed("it has no token") }
      return try DER.sequence(token, identifier: .sequence) { info in
        guard try ASN1ObjectIdentifier(derEncoded: &info) == .signedData else {
          throw TimestampError.malformed("its token is no signed data")
        }
        return try DER.explicitlyTagged(&info, tagNumber: 0, tagClass: .contextSpecific) {
          try content(ofSignedData: $0)
        }
      }
    }
  }

  private static func content(ofSignedData node: ASN1Node) throws -> ArraySlice<UInt8> {
    try DER.sequence(node, identifier: .sequence) { fields in
      guard try Int(derEncoded: &fields) == 3 else {
        throw TimestampError.malformed("the version of its signed data is not 3")
      }
      _ = try DER.set(of: ASN1Any.self, identifier: .set, nodes: &fields)
      guard let encapsulated = fields.next() else {
        throw TimestampError.malformed("its signed data is empty")
      }
      let content = try DER.sequence(encapsulated, identifier: .sequence) { info in
        guard try ASN1ObjectIdentifier(derEncoded: &info) == .timestampInfo else {
          throw TimestampError.malformed("its content is no time stamp")
        }
        return try DER.explicitlyTagged(&info, tagNumber: 0, tagClass: .contextSpecific) {
          try ASN1OctetString(derEncoded: $0).bytes
        }
      }
      var rest = OptionalFields(&fields)
      _ = rest.next(ASN1Identifier(tagWithNumber: 0, tagClass: .contextSpecific))
      _ = rest.next(ASN1Identifier(tagWithNumber: 1, tagClass: .contextSpecific))
      guard let signers = rest.next(.set) else {
        throw TimestampError.malformed("nobody has signed it")
      }
      try rest.requireEnd()
      // RFC 3161 section 2.4.2: only the authority signs.
      let found = try DER.set(of: SignerDigest.self, identifier: .set, rootNode: signers)
      guard found.count == 1, let signer = found.first else {
        throw TimestampError.malformed("it must have exactly one signer")
      }
      guard try signer.isDigest(of: content) else { throw TimestampError.contentDigest }
      return content
    }
  }
}

/// The content of a token (TSTInfo, RFC 3161 section 2.4.2).
private struct TimestampInfo: DERParseable {
  var imprint: MessageImprint
  var time: String
  var policy: String
  var serial: String
  var nonce: [UInt8]?
  var authority = ""

  init(derEncoded node: ASN1Node) throws {
    self = try DER.sequence(node, identifier: .sequence) { try TimestampInfo(fields: &$0) }
  }

  private init(fields: inout ASN1NodeCollection.Iterator) throws {
    guard try Int(derEncoded: &fields) == 1 else {
      throw TimestampError.malformed("the version of its content is not 1")
    }
    policy = try ASN1ObjectIdentifier(derEncoded: &fields).description
    imprint = try MessageImprint(derEncoded: &fields)
    guard let number = fields.next() else {
      throw TimestampError.malformed("its content ends too early")
    }
    serial = try number.magnitude().map { byte in
      (byte < 16 ? "0" : "") + String(byte, radix: 16)
    }.joined()
    time = try GeneralizedTime(derEncoded: &fields).text
    var rest = OptionalFields(&fields)
    _ = rest.next(.sequence)
    if let ordering = rest.next(.boolean) { _ = try Bool(derEncoded: ordering) }
    nonce = try rest.next(.integer).map { try $0.magnitude() }
    if let name = rest.next(ASN1Identifier(tagWithNumber: 0, tagClass: .contextSpecific)) {
      authority = GeneralName.text(of: name)
    }
    _ = rest.next(ASN1Identifier(tagWithNumber: 1, tagClass: .contextSpecific))
    try rest.requireEnd()
  }
}

/// The digest of the content among the attributes that a signer has signed (RFC 5652 section 5.3).
private struct SignerDigest: DERParseable {
  private var algorithm: ASN1ObjectIdentifier
  private var digest: [UInt8]

  init(derEncoded node: ASN1Node) throws {
    self = try DER.sequence(node, identifier: .sequence) { fields in
      defer { while fields.next() != nil {} }
      _ = try Int(derEncoded: &fields)
      _ = fields.next()
      let algorithm = try AlgorithmName(derEncoded: &fields).oid
      let tag = ASN1Identifier(tagWithNumber: 0, tagClass: .contextSpecific)
      guard let attributes = fields.next(), attributes.identifier == tag,
        case .constructed(let nodes) = attributes.content
      else { throw TimestampError.malformed("its signer signed no attributes") }
      return try SignerDigest(algorithm: algorithm, attributes: nodes)
    }
  }

  private init(algorithm: ASN1ObjectIdentifier, attributes: ASN1NodeCollection) throws {
    var digests: [ArraySlice<UInt8>] = []
    for attribute in attributes {
      try DER.sequence(attribute, identifier: .sequence) { fields in
        let type = try ASN1ObjectIdentifier(derEncoded: &fields)
        let values = try DER.set(of: ASN1Any.self, identifier: .set, nodes: &fields)
        if type == .messageDigest {
          digests += try values.map { try ASN1OctetString(asn1Any: $0).bytes }
        } else if type == .contentType {
          guard try values.map({ try ASN1ObjectIdentifier(asn1Any: $0) }) == [.timestampInfo]
          else { throw TimestampError.malformed("its signer signed another type of content") }
        }
      }
    }
    guard digests.count == 1, let digest = digests.first else {
      throw TimestampError.malformed("its signer signed no digest of the content")
    }
    self.algorithm = algorithm
    self.digest = Array(digest)
  }

  func isDigest(of content: ArraySlice<UInt8>) throws -> Bool {
    switch algorithm {
    case .sha256: digest.elementsEqual(SHA256.hash(data: content))
    case .sha384: digest.elementsEqual(SHA384.hash(data: content))
    case .sha512: digest.elementsEqual(SHA512.hash(data: content))
    default: throw TimestampError.malformed("its signer used an unknown or outdated hash")
    }
  }
}

extension GeneralizedTime {
  /// RFC 3339, in whole seconds.
  fileprivate var text: String {
    func two(_ number: Int) -> String { (number < 10 ? "0" : "") + String(number) }
    return "\(year)-\(two(month))-\(two(day))T\(two(hours)):\(two(minutes)):\(two(seconds))Z"
  }
}
