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
  /// When the request must have ended; nil between requests.
  private var arrivedBy: NIODeadline?
  /// Whether the answer that is being written has a body.
  private var hasBody = false
  /// Writes that the client has not taken yet; the answers come in parts of 64 KiB.
  private var untaken = 0
  /// When the client must have taken the next one; nil when it has taken all.
  private var takenBy: NIODeadline?
  /// Looks whether one of them has passed. Set once for many requests: to set it for each, and to
  /// take it back, would cost as much as a small answer.
  private var watch: (at: NIODeadline, task: Scheduled<Void>)?

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
      arrivedBy = context.eventLoop.now + limits.request
      keepWatch(context)
    case .body(let part):
      bodyBytes += part.readableBytes
      guard bodyBytes <= limits.bodyBytes else { return context.close(promise: nil) }
    case .end:
      arrivedBy = nil
    }
    context.fireChannelRead(data)
  }

  func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
    // A part is taken when what was written before it is.
    guard isWatched(unwrapOutboundIn(data)) else { return context.write(data, promise: promise) }
    let promise = promise ?? context.eventLoop.makePromise()
    untaken += 1
    if takenBy == nil { takenBy = context.eventLoop.now + limits.answerPart }
    keepWatch(context)
    let bound = NIOLoopBound((self, context), eventLoop: context.eventLoop)
    promise.futureResult.whenComplete { _ in
      let (handler, context) = bound.value
      handler.untaken -= 1
      handler.takenBy =
        handler.untaken > 0 ? context.eventLoop.now + handler.limits.answerPart : nil
    }
    context.write(data, promise: promise)
  }

  /// Of an answer with a body its parts are watched, of one without its end.
  private func isWatched(_ part: HTTPResponsePart) -> Bool {
    switch part {
    case .head:
      hasBody = false
      return false
    case .body:
      hasBody = true
      return true
    case .end: return !hasBody
    }
  }

  func channelInactive(context: ChannelHandlerContext) {
    stop()
    context.fireChannelInactive()
  }

  func handlerRemoved(context: ChannelHandlerContext) { stop() }

  private func stop() {
    watch?.task.cancel()
    (watch, arrivedBy, takenBy) = (nil, nil, nil)
  }

  /// The earlier of the two.
  private var nextDeadline: NIODeadline? {
    guard let arrivedBy, let takenBy else { return arrivedBy ?? takenBy }
    return min(arrivedBy, takenBy)
  }

  private func keepWatch(_ context: ChannelHandlerContext) {
    guard let next = nextDeadline, watch.map({ next < $0.at }) ?? true, context.channel.isActive
    else { return }
    watch?.task.cancel()
    let bound = NIOLoopBound((self, context), eventLoop: context.eventLoop)
    let task = context.eventLoop.scheduleTask(deadline: next) {
      let (handler, context) = bound.value
      handler.look(context)
    }
    watch = (next, task)
  }

  private func look(_ context: ChannelHandlerContext) {
    watch = nil
    let now = context.eventLoop.now
    if let next = nextDeadline, next <= now {
      context.close(promise: nil)
    } else {
      keepWatch(context)
    }
  }
}

@available(*, unavailable)
extension ConnectionGuard: Sendable {}
