/// Why an answer of a time-stamping authority was refused.
public enum TimestampError: Error, Hashable, Sendable {
  /// The bytes are not what RFC 3161 describes.
  case malformed(String)
  /// The authority did not grant the request; the number is its PKIStatus (RFC 3161 section 2.4.2).
  case notGranted(status: Int)
  /// The token is over another kind of hash than SHA-256.
  case otherHashAlgorithm
  /// The token does not stamp any of these bytes.
  case otherImprint
  /// The token answers another request.
  case otherNonce
  /// What the signer signed is not what the token says.
  case contentDigest
}

extension TimestampError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .malformed(let reason):
      "This is not a valid time stamp: \(reason). Obtain the original bytes again."
    case .notGranted(let status):
      "The authority did not grant the time stamp (status \(status)). Send the request again."
    case .otherHashAlgorithm:
      "The message imprint of the time stamp is no SHA-256 hash. Make the request with this program."
    case .otherImprint:
      "The message imprint of the time stamp is of no released checkpoint of this log."
    case .otherNonce:
      "The nonce of the time stamp is not that of the request: it answers another one."
    case .contentDigest:
      "The time stamp was altered: the signed digest is not that of its content."
    }
  }
}
