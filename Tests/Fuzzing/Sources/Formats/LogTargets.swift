import Foundation
import Practice
import PracticeEvents
import Projection

@testable import EventLog

/// A stored record: as it is, and with its lengths made to fit, so that what lies behind them is
/// reached too.
@Sendable func fuzzRecord(_ bytes: [UInt8]) {
  readRecord(bytes)
  var fitted = bytes
  while fitted.count < RecordFormat.fixedBytes { fitted.append(0) }
  let tags = Int(fitted[114]) % 8
  let links = [UInt8](fitted.suffix(8 * tags))
  fitted.removeLast(min(fitted.count - RecordFormat.fixedBytes, 8 * tags))
  fitted.replaceSubrange(0..<4, with: [1, 0, 0, 0])
  fitted.replaceSubrange(114..<116, with: [UInt8(tags), 0])
  var offset = RecordFormat.fixedBytes
  for _ in 0..<tags where offset < fitted.count { offset += 1 + Int(fitted[offset]) }
  guard offset <= fitted.count else { return }
  put(UInt32(fitted.count - offset), at: 116, in: &fitted)
  put(UInt32(fitted.count - RecordFormat.openingOffset), at: 4, in: &fitted)
  while fitted.count % 8 != 0 { fitted.append(0) }
  fitted += links + [UInt8](repeating: 0, count: 8 * tags - links.count)
  readRecord(fitted)
}

private func put(_ number: UInt32, at offset: Int, in bytes: inout [UInt8]) {
  withUnsafeBytes(of: number.littleEndian) { bytes.replaceSubrange(offset..<offset + 4, with: $0) }
}

private func readRecord(_ bytes: [UInt8]) {
  guard let record = try? RecordView(position: Position(1), bytes: bytes.span.bytes) else { return }
  let copy = record.recorded()
  use((record.salt, record.isPaddedWithZeros, record.opening.byteCount))
  for index in 0..<record.tagCount { use(record.link(ofTag: index)) }
  if let tag = copy.tags.first { use(record.index(ofTag: Array(tag.text.utf8))) }
  use(try? RecordedFact(copy))
}

/// An event's payload: decoded, folded into the states of a subject.
@Sendable func fuzzEvent(_ bytes: [UInt8]) {
  var pieces = Pieces(bytes)
  let kind = pieces.byte() % 4
  var (patient, practitioner) = (PatientState(), PractitionerState())
  var (clinic, payer) = (ClinicState(), PayerState())
  var position: UInt64 = 0
  while !pieces.isSpent, position < 8 {
    let size = Int(pieces.byte()) << 8 | Int(pieces.byte())
    guard let event = try? PracticeEvent(payload: pieces.bytes(size)) else { continue }
    position += 1
    let fact = RecordedFact(
      position: position, recordedAt: 1_770_000_000_000_000, id: UUIDKey(high: 3, low: position),
      stream: UUIDKey(high: 1, low: 2), streamSequence: position, event: event)
    switch kind {
    case 0: patient.apply(fact)
    case 1: practitioner.apply(fact)
    case 2: clinic.apply(fact)
    default: payer.apply(fact)
    }
  }
}

/// A line of an export, of each kind.
@Sendable func fuzzExport(_ bytes: [UInt8]) {
  let (line, decoder) = (Data(bytes), JSONDecoder())
  use(try? ExportFormat.decode(ExportFormat.Header.self, line, decoder))
  use(try? ExportFormat.decode(ExportFormat.BlobLine.self, line, decoder))
  let event = try? ExportFormat.decode(ExportFormat.EventLine.self, line, decoder)
  guard let event, let imported = try? event.imported() else { return }
  // What was taken comes out again as it was.
  require(imported.event.id.description == event.id, "an id has one spelling")
  require(imported.recordedAt.description == event.recordedAt, "a time has one spelling")
  use(try? PracticeEvent(payload: imported.event.payload))
}
