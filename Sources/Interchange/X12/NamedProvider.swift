/// A provider that a file names, and where, so that another clinic's file can be refused.
public struct NamedProvider: Sendable, Hashable {
  /// National provider identifier; empty when the file gives another.
  public var npi: String
  /// Federal tax number, digits only; empty when the file gives none.
  public var taxID = ""
  let place: X12Segment
  let element: Int

  init(npi: String, taxID: String = "", _ id: String, _ element: Int, at segment: X12Segment) {
    self.npi = npi
    self.taxID = taxID.filter(\.isNumber)
    place = X12Segment(id: id, elements: [], number: segment.number, line: segment.line)
    self.element = element
  }

  /// Refuses the file of another clinic. What the clinic has not recorded of itself is not compared.
  ///
  /// - Parameters:
  ///   - npis: of the clinic and its practitioners.
  ///   - taxIDs: digits only.
  public func require(npis: Set<String>, taxIDs: Set<String> = []) throws(X12Error) {
    let isOther =
      !npi.isEmpty && !npis.isEmpty && !npis.contains(npi)
      || !taxID.isEmpty && !taxIDs.isEmpty && !taxIDs.contains(taxID)
    guard isOther else { return }
    throw X12Error(
      "the file is for another clinic: it names another NPI or tax number", at: place,
      element: element,
      remedy: "give this clinic's file; its numbers are set with set-practice-profile")
  }
}
