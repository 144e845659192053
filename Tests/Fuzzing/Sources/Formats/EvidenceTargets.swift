import Anchoring
import Foundation

@testable import TransparencyLog

/// What a recipient is handed as text: notes, checkpoints, proofs, policies, stamps.
@Sendable func fuzzNote(_ bytes: [UInt8]) {
  if let note = try? SignedNote(parsing: bytes) {
    require(note.encoded == bytes, "a note has one encoding")
    use(try? Checkpoint(parsing: note.text))
  }
  if let checkpoint = try? Checkpoint(parsing: bytes) { use(checkpoint) }
  use(NoteSignature(line: bytes))
  use(try? TrustPolicy(parsing: bytes))
  use(try? InclusionProofFile(parsing: bytes))
  use(try? ConsistencyProofFile(parsing: bytes))
  use(try? VerifierKey(String(decoding: bytes, as: UTF8.self)))
  use(try? TimestampToken(parsingResponse: bytes))
  use(try? TimestampRequest(parsing: bytes))
}

/// Proofs of any sizes: none is taken for a proof of roots it was not made for.
@Sendable func fuzzProof(_ bytes: [UInt8]) {
  var pieces = Pieces(bytes)
  let (first, second) = (pieces.number(), pieces.number())
  let root = hash(&pieces)
  var hashes: [TreeHash] = []
  while !pieces.isSpent, hashes.count < 130 { hashes.append(hash(&pieces)) }
  let inclusion = InclusionProof(leafIndex: first, treeSize: second, hashes: hashes)
  if (try? inclusion.verify(leaf: hash(&pieces), root: root)) != nil {
    require(first < second, "a proved leaf is in the tree")
  }
  let consistency = ConsistencyProof(oldSize: first, newSize: second, hashes: hashes)
  if (try? consistency.verify(oldRoot: root, newRoot: root)) != nil {
    require(first <= second, "a tree does not shrink")
  }
}

private func hash(_ pieces: inout Pieces) -> TreeHash {
  let bytes = pieces.bytes(32)
  var hasher = ByteHasher()
  // Short ones are spread, so that equal hashes are easily hit upon.
  hasher.update(bytes)
  return hasher.finish()
}
