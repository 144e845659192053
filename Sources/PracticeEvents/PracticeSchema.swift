import Foundation

/// The schema that events are written in, as every log carries it: with it any Protocol Buffers
/// tool can read a log without this program.
public enum PracticeSchema {
  /// The Protocol Buffers package. Within it numbers are never reused, so every later schema reads
  /// all that an earlier one wrote; the SHA-256 in `SchemaPublished` tells two texts apart.
  public static let version = "chartledger.events.v1"

  /// A serialized `google.protobuf.FileDescriptorSet` with all imports.
  public static let descriptorSet = bytes(EmbeddedSchema.descriptorSetBase64)

  /// The `.proto` files as one text, each under a line with its path.
  public static let source = String(decoding: bytes(EmbeddedSchema.sourceBase64), as: UTF8.self)

  /// Empty should the generated text be damaged, which the tests would tell; a program that runs
  /// must not stop for it.
  private static func bytes(_ base64: String) -> [UInt8] {
    Data(base64Encoded: base64).map { [UInt8]($0) } ?? []
  }
}
