/// X12 PLB03-1, with our own short labels.
public enum ProviderAdjustmentReason {
  /// In a few words; the code alone when the table does not have it.
  public static func text(_ code: String) -> String { labels[code] ?? "reason \(code)" }

  private static let labels = [
    "50": "late charge", "51": "interest penalty", "72": "refund that we sent, acknowledged",
    "90": "early payment allowance", "AH": "origination fee", "AM": "applied to borrower",
    "AP": "acceleration of benefits", "B2": "rebate", "B3": "recovery allowance",
    "BD": "bad debt", "BN": "bonus", "C5": "temporary allowance", "CR": "capitation interest",
    "CS": "adjustment", "CT": "capitation payment", "CV": "capital passthru",
    "CW": "nurse anesthetist passthru", "DM": "direct medical education",
    "E3": "withholding", "FB": "balance carried from or to another payment",
    "FC": "fund allocation", "GO": "graduate medical education", "HM": "hemophilia",
    "IP": "incentive premium", "IR": "levy of the tax authority", "IS": "interim settlement",
    "J1": "not reimbursable", "L3": "penalty", "L6": "interest owed to us", "LE": "levy",
    "LS": "lump sum", "OA": "organ acquisition", "OB": "offset for affiliated providers",
    "PI": "periodic payment", "PL": "payment final", "RA": "retroactive adjustment",
    "RE": "return on equity", "SL": "student loan repayment", "TL": "third party liability",
    "WO": "overpayment kept back", "WU": "overpayment, not yet kept back",
  ]
}
