import HummingbirdCore
import NIOCore

/// What one client, and all together, may take of the server.
struct ServerLimits: Sendable {
  /// Connections at once; more wait to be accepted.
  var connections = 1024
  /// Of all header fields of a request, and of its target.
  var headerBytes = 16 << 10
  var headerFields = 64
  /// Nothing that is sent here has a longer body.
  var bodyBytes = 64 << 10
  /// Between requests, and for the header of one.
  var idle = TimeAmount.seconds(30)
  /// For the body of a request.
  var request = TimeAmount.seconds(30)
  /// For each part of an answer, 64 KiB, to be taken.
  var answerPart = TimeAmount.seconds(30)
  /// Of an answer, in the kernel.
  var sendBufferBytes: SocketOptionValue = 128 << 10
  /// Answers of more than one part that wait to be taken.
  var answerBytes = 256 << 20
  /// Answers that are kept in case the same is asked again.
  var keptBytes = ReportServer.keptAnswerBytes
  /// Rows of views that are kept decoded, for answers that must be made anew.
  var decodedRowBytes = 72 << 20

  var http1: HTTP1Channel.Configuration {
    HTTP1Channel.Configuration(
      additionalChannelHandlers: [ConnectionGuard(self)], idleTimeout: idle,
      httpDecoderConfiguration: .init(
        maxHeaderFieldSize: headerBytes, maxHeaderListSize: headerBytes,
        maxHeaderFieldCount: headerFields))
  }
}
