import Foundation

/// A real time-stamping authority (RFC 3161) in a folder, played by OpenSSL.
public struct LocalTimestampAuthority: Sendable {
  public struct Failure: Error {
    public var step: String
  }

  /// Holds `ca.pem`, the certificate to verify stamps with.
  public let folder: URL
  private let openssl: Program

  /// Makes its keys and certificates.
  ///
  /// - Parameter folder: exists and is empty.
  public init(_ openssl: Program, in folder: URL) throws {
    self.openssl = openssl
    self.folder = folder
    try Data(Self.configuration.utf8).write(to: folder.appending(path: "tsa.cnf"))
    try Data("01\n".utf8).write(to: folder.appending(path: "serial"))
    let key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"]
    try run(
      ["req", "-x509"] + key + [
        "-keyout", "ca.key", "-out", "ca.pem", "-days", "30", "-config", "tsa.cnf", "-extensions",
        "authority", "-subj", "/CN=Test CA",
      ])
    try run(
      ["req"] + key + [
        "-keyout", "tsa.key", "-out", "tsa.csr", "-config", "tsa.cnf", "-subj", "/CN=Test TSA",
      ])
    try run([
      "x509", "-req", "-in", "tsa.csr", "-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial",
      "-days", "30", "-extfile", "tsa.cnf", "-extensions", "stamps", "-out", "tsa.pem",
    ])
  }

  /// Answers a request, or refuses it as an authority does.
  public func answer(_ request: [UInt8]) throws -> [UInt8] {
    try write(request, "request.tsq")
    try run([
      "ts", "-reply", "-config", "tsa.cnf", "-queryfile", "request.tsq", "-signer", "tsa.pem",
      "-inkey", "tsa.key", "-out", "answer.tsr",
    ])
    return try read("answer.tsr")
  }

  /// The request that OpenSSL makes over the data.
  public func request(over data: [UInt8], digest: String = "sha256") throws -> [UInt8] {
    try write(data, "data")
    try run(["ts", "-query", "-data", "data", "-\(digest)", "-cert", "-out", "made.tsq"])
    return try read("made.tsq")
  }

  /// Whether the answer is a stamp of the data, signed under `ca.pem`.
  public func verifies(_ answer: [UInt8], of data: [UInt8]) throws -> Bool {
    try write(answer, "checked.tsr")
    try write(data, "checked")
    return try openssl.run(
      ["ts", "-verify", "-data", "checked", "-in", "checked.tsr", "-CAfile", "ca.pem"],
      in: folder
    ).exitCode == 0
  }

  private func write(_ bytes: [UInt8], _ name: String) throws {
    try Data(bytes).write(to: folder.appending(path: name))
  }

  private func read(_ name: String) throws -> [UInt8] {
    Array(try Data(contentsOf: folder.appending(path: name)))
  }

  private func run(_ arguments: [String]) throws {
    guard try openssl.run(arguments, in: folder).exitCode == 0 else {
      throw Failure(step: arguments.joined(separator: " "))
    }
  }

  private static let configuration = """
    [req]
    distinguished_name = name
    prompt = no
    [name]
    CN = Test
    [authority]
    basicConstraints = critical, CA:TRUE
    keyUsage = critical, keyCertSign
    [stamps]
    basicConstraints = CA:FALSE
    keyUsage = critical, digitalSignature
    extendedKeyUsage = critical, timeStamping
    [tsa]
    default_tsa = local
    [local]
    serial = serial
    signer_digest = sha256
    default_policy = 1.2.3.4.1
    digests = sha256
    accuracy = secs:1
    tsa_name = yes
    ess_cert_id_alg = sha256

    """
}
