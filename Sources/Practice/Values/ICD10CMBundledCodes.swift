extension ICD10CMCatalog {
  /// The diagnoses that medical massage meets, with the codes often billed in error.
  ///
  /// Facts from ICD-10-CM FY2025 (public domain) and the October updates that split a code: FY2017
  /// (G56.0-, M26.60-), FY2019 (M79.1-), FY2021 (R51), FY2022 (M54.5-), FY2025 (M51.36-).
  public static let bundled = ICD10CMCatalog(version: "ICD-10-CM FY2025", entries: bundledEntries)

  private static func billable(
    _ codes: KeyValuePairs<String, String>, from: CivilDate, through: CivilDate? = nil
  ) -> [Entry] {
    codes.map { code, label in
      Entry(
        code: ICD10CM(uncheckedCompact: code), label: label, billableFrom: from,
        billableThrough: through)
    }
  }

  private static func october(_ year: Int) -> CivilDate {
    CivilDate(uncheckedYear: year, month: 10, day: 1)
  }

  private static func september30(_ year: Int) -> CivilDate {
    CivilDate(uncheckedYear: year, month: 9, day: 30)
  }

  private static let bundledEntries: [Entry] =
    billable(sinceTheBeginning, from: october(2015))
    + billable(splitCodes2016, from: october(2016))
    + billable(["M2660": "Jaw joint disorder"], from: october(2015), through: september30(2016))
    + billable(splitCodes2018, from: october(2018))
    + billable(["M791": "Muscle pain"], from: october(2015), through: september30(2018))
    + billable(["R519": "Headache, unspecified"], from: october(2020))
    + billable(["R51": "Headache"], from: october(2015), through: september30(2020))
    + billable(splitCodes2021, from: october(2021))
    + billable(["M545": "Low back pain"], from: october(2015), through: september30(2021))
    + billable(splitCodes2024, from: october(2024))
    + billable(
      ["M5136": "Lumbar disc degeneration"], from: october(2015), through: september30(2024))
    + neverBillable.map { code, label in
      Entry(
        code: ICD10CM(uncheckedCompact: code), label: label, billableFrom: nil,
        billableThrough: nil)
    }

  private static let neverBillable: KeyValuePairs = [
    "M6283": "Muscle spasm", "S134": "Neck ligament sprain",
  ]

  private static let splitCodes2016: KeyValuePairs = [
    "G5603": "Carpal tunnel syndrome, both arms",
    "M26601": "Jaw joint disorder, right",
    "M26602": "Jaw joint disorder, left",
    "M26603": "Jaw joint disorder, both sides",
    "M26609": "Jaw joint disorder, side not given",
  ]

  private static let splitCodes2018: KeyValuePairs = [
    "M7910": "Muscle pain, site not given",
    "M7911": "Muscle pain, chewing muscle",
    "M7912": "Muscle pain, auxiliary muscles of head and neck",
    "M7918": "Muscle pain, other site",
  ]

  private static let splitCodes2021: KeyValuePairs = [
    "M5450": "Low back pain, unspecified",
    "M5451": "Low back pain, vertebrogenic",
    "M5459": "Low back pain, other",
  ]

  private static let splitCodes2024: KeyValuePairs = [
    "M51360": "Lumbar disc degeneration, back pain only",
    "M51361": "Lumbar disc degeneration, leg pain only",
    "M51362": "Lumbar disc degeneration, back and leg pain",
    "M51369": "Lumbar disc degeneration, pain not mentioned",
  ]

  /// In the code set from its first day in the United States, 2015-10-01.
  private static let sinceTheBeginning: KeyValuePairs = [
    "G43909": "Migraine, unspecified, not intractable",
    "G44201": "Tension headache, unspecified, intractable",
    "G44209": "Tension headache, unspecified, not intractable",
    "G44219": "Tension headache, episodic, not intractable",
    "G44229": "Tension headache, chronic, not intractable",
    "G5601": "Carpal tunnel syndrome, right arm",
    "G5602": "Carpal tunnel syndrome, left arm",
    "G8921": "Chronic pain after trauma",
    "G8929": "Chronic pain, other",
    "G894": "Chronic pain syndrome",
    "I890": "Lymphedema",
    "I972": "Lymphedema after mastectomy",
    "M25511": "Shoulder pain, right",
    "M25512": "Shoulder pain, left",
    "M25519": "Shoulder pain, side not given",
    "M25551": "Hip pain, right",
    "M25552": "Hip pain, left",
    "M47812": "Neck arthrosis without nerve root or cord involvement",
    "M531": "Neck and arm syndrome",
    "M533": "Sacrum and tailbone disorders",
    "M5412": "Nerve root pain, neck",
    "M5416": "Nerve root pain, low back",
    "M542": "Neck pain",
    "M5430": "Sciatica, side not given",
    "M5431": "Sciatica, right",
    "M5432": "Sciatica, left",
    "M5441": "Low back pain with sciatica, right",
    "M5442": "Low back pain with sciatica, left",
    "M546": "Mid-back pain",
    "M5481": "Occipital nerve pain",
    "M549": "Back pain, unspecified",
    "M62830": "Muscle spasm, back",
    "M62831": "Muscle spasm, calf",
    "M62838": "Muscle spasm, other",
    "M722": "Plantar fascia disorder",
    "M7501": "Frozen shoulder, right",
    "M7502": "Frozen shoulder, left",
    "M7711": "Tennis elbow, right",
    "M7712": "Tennis elbow, left",
    "M797": "Fibromyalgia",
    "M9901": "Segmental dysfunction, neck",
    "M9903": "Segmental dysfunction, low back",
    "R252": "Cramp and spasm",
    "S134XXA": "Neck ligament sprain, active treatment",
    "S134XXD": "Neck ligament sprain, aftercare",
    "S134XXS": "Neck ligament sprain, late effect",
    "S161XXA": "Neck muscle strain, active treatment",
    "S161XXD": "Neck muscle strain, aftercare",
    "S161XXS": "Neck muscle strain, late effect",
    "S233XXA": "Mid-back ligament sprain, active treatment",
    "S233XXD": "Mid-back ligament sprain, aftercare",
    "S233XXS": "Mid-back ligament sprain, late effect",
    "S335XXA": "Low-back ligament sprain, active treatment",
    "S335XXD": "Low-back ligament sprain, aftercare",
    "S335XXS": "Low-back ligament sprain, late effect",
    "S39012A": "Low-back muscle strain, active treatment",
    "S39012D": "Low-back muscle strain, aftercare",
    "S39012S": "Low-back muscle strain, late effect",
  ]
}
