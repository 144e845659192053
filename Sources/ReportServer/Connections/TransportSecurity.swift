import HummingbirdTLS

/// The certificate that the server shows, and its key.
public struct TransportSecurity: Sendable {
  let configuration: TLSConfiguration

  /// - Parameters:
  ///   - certificate: path of a PEM file: the server's certificate first, then those that vouch
  ///     for it.
  ///   - key: path of a PEM file with its private key.
  /// - Throws: `TransportSecurityError`.
  public init(certificate: String, key: String) throws {
    let chain: [NIOSSLCertificate]
    do {
      chain = try NIOSSLCertificate.fromPEMFile(certificate)
    } catch {
      throw TransportSecurityError(file: certificate, problem: "no certificate in PEM: \(error)")
    }
    let secret: NIOSSLPrivateKey
    do {
      secret = try NIOSSLPrivateKey(file: key, format: .pem)
    } catch {
      throw TransportSecurityError(file: key, problem: "no private key in PEM: \(error)")
    }
    var configuration = TLSConfiguration.makeServerConfiguration(
      certificateChain: chain.map { .certificate($0) }, privateKey: .privateKey(secret))
    configuration.minimumTLSVersion = .tlsv12
    configuration.applicationProtocols = ["http/1.1"]
    self.configuration = configuration
  }
}

/// A certificate or its key cannot be used.
public struct TransportSecurityError: Error, Hashable, CustomStringConvertible {
  public let file: String
  public let problem: String
  public var description: String { "\(file): \(problem)" }
}
