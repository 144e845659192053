import NIOCore
import NIOHTTPTypes

/// Keeps one client from holding a connection for long: a request must arrive whole in time, its
/// body must be small, and an answer must be taken at a pace. Connections between requests, and
/// headers that trickle in, are closed by Hummingbird's idle time-out.
final class ConnectionGuard: ChannelDuplexHandler, RemovableChannelHandler {
  typealias InboundIn = HTTPRequestPart
  typealias InboundOut = HTTPRequestPart
  typealias OutboundIn = HTTPResponsePart
  typealias OutboundOut = HTTPResponsePart

  private let limits: ServerLimits
  private var bodyBytes = 0
  /// Closes the connection unless the request's end comes first.
  private var arrival: Scheduled<Void>?
  /// Writes that the client has not taken yet; the answers come in parts of 64 KiB.
  private var untaken = 0
  /// Closes the connection unless the client takes a part first.
  private var taking: Scheduled<Void>?

  init(_ limits: ServerLimits) { self.limits = limits }

  func handlerAdded(context: ChannelHandlerContext) {
    // Else the kernel would hold megabytes for each client that takes nothing.
    context.channel.setOption(.socketOption(.so_sndbuf), value: limits.sendBufferBytes)
      .whenFailure { _ in }
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    switch unwrapInboundIn(data) {
    case .head:
      bodyBytes = 0
      arrival = closing(context, in: limits.request)
    case .body(let part):
      bodyBytes += part.readableBytes
      guard bodyBytes <= limits.bodyBytes else { return context.close(promise: nil) }
    case .end:
      arrival?.cancel()
      arrival = nil
    }
    context.fireChannelRead(data)
  }

  func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
    let promise = promise ?? context.eventLoop.makePromise()
    untaken += 1
    if taking == nil { taking = closing(context, in: limits.answerPart) }
    let bound = NIOLoopBound((self, context), eventLoop: context.eventLoop)
    promise.futureResult.whenComplete { _ in
      let (handler, context) = bound.value
      handler.taken(context)
    }
    context.write(data, promise: promise)
  }

  private func taken(_ context: ChannelHandlerContext) {
    untaken -= 1
    taking?.cancel()
    taking = untaken > 0 && context.channel.isActive ? closing(context, in: limits.answerPart) : nil
  }

  func channelInactive(context: ChannelHandlerContext) {
    stop()
    context.fireChannelInactive()
  }

  func handlerRemoved(context: ChannelHandlerContext) { stop() }

  private func stop() {
    arrival?.cancel()
    taking?.cancel()
    (arrival, taking) = (nil, nil)
  }

  private func closing(_ context: ChannelHandlerContext, in time: TimeAmount) -> Scheduled<Void> {
    let bound = NIOLoopBound(context, eventLoop: context.eventLoop)
    return context.eventLoop.scheduleTask(in: time) { bound.value.close(promise: nil) }
  }
}

@available(*, unavailable)
extension ConnectionGuard: Sendable {}
