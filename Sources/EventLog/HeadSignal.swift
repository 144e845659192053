internal import Glibc
import Synchronization

/// Tells other processes that the head has moved: a file `head` beside the log that every process
/// writes to after its commits and watches with inotify.
///
/// Its content (the position, eight bytes) is never relied upon, and it is not flushed. A process
/// killed between commit and signal is made up for by looking at the log once in a while.
final class HeadSignal: Sendable {
  /// How long a signal that was never given can go unnoticed.
  private static let patienceMilliseconds: Int32 = 1000
  /// The same when the system has no inotify left to give.
  private static let patienceWithoutInotify: Int32 = 100

  private let path: String
  private let file: Int32
  /// -1 before `watch`, or when there is none to be had. Made only for those who wait, because the
  /// system takes long to close one.
  private let inotify = Mutex<Int32>(-1)
  /// A pipe: `stop` writes to its second end, which wakes the first.
  private let stopper: (wake: Int32, send: Int32)

  init(directory: String) throws(EventLogError) {
    path = "\(directory)/head"
    file = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
    guard file >= 0 else {
      throw .storage(
        "cannot open \(path) (\(String(cString: strerror(errno)))): check the disk, its free space, and "
          + "who may write there")
    }
    var ends: [Int32] = [-1, -1]
    guard pipe(&ends) == 0 else {
      close(file)
      throw .storage(
        "no file descriptor is left (\(String(cString: strerror(errno)))): raise the limit (ulimit -n) "
          + "and try again")
    }
    for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    stopper = (ends[0], ends[1])
  }

  deinit {
    close(file)
    close(stopper.wake)
    close(stopper.send)
    inotify.withLock { if $0 >= 0 { close($0) } }
  }

  /// To be called once before the first `wait`.
  func watch() {
    inotify.withLock { watched in
      guard watched < 0 else { return }
      let made = inotify_init1(Int32(IN_CLOEXEC) | Int32(IN_NONBLOCK))
      guard made >= 0 else { return }
      if inotify_add_watch(made, path, UInt32(IN_MODIFY)) < 0 {
        close(made)
      } else {
        watched = made
      }
    }
  }

  /// A failure only delays the others, until they look by themselves.
  func send(_ head: Position) {
    withUnsafeBytes(of: head.rawValue.littleEndian) { bytes in
      _ = pwrite(file, bytes.baseAddress, bytes.count, 0)
    }
  }

  func stop() {
    var byte: UInt8 = 0
    _ = write(stopper.send, &byte, 1)
  }

  /// Waits for the next signal of any process, or as long as its patience lasts.
  ///
  /// - Returns: false after `stop`.
  func wait() -> Bool {
    let inotify = inotify.withLock { $0 }
    var descriptors = [
      pollfd(fd: stopper.wake, events: Int16(POLLIN), revents: 0),
      // poll(2) ignores negative descriptors.
      pollfd(fd: inotify, events: Int16(POLLIN), revents: 0),
    ]
    let patience = inotify >= 0 ? Self.patienceMilliseconds : Self.patienceWithoutInotify
    _ = poll(&descriptors, nfds_t(descriptors.count), patience)
    if descriptors[1].revents != 0 {
      // What happened to the file does not matter, only that the queue is empty again.
      withUnsafeTemporaryAllocation(byteCount: 4096, alignment: 8) { buffer in
        while read(inotify, buffer.baseAddress, buffer.count) > 0 {}
      }
    }
    return descriptors[0].revents == 0
  }
}
