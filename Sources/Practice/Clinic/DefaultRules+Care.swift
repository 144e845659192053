extension DefaultRules {
  /// How often to treat, when to step down, and what adherence is counted over. Visits are per week
  /// times 100; a rate is parts per 100,000.
  static let frequency = [
    Rule("acute-least-per-week-hundredths", 200, "practice page: acute, 2 to 3 a week at first"),
    Rule("acute-most-per-week-hundredths", 300, "practice page: acute, 2 to 3 a week at first"),
    Rule("chronic-least-per-week-hundredths", 50, "practice page: chronic, weekly or bi-weekly"),
    Rule("chronic-most-per-week-hundredths", 100, "practice page: chronic, weekly or bi-weekly"),
    Rule("maintenance-least-per-week-hundredths", 20, "practice page: monthly, every 28-35 days"),
    Rule("maintenance-most-per-week-hundredths", 25, "practice page: monthly, every 28-35 days"),
    Rule("stress-least-per-week-hundredths", 20, "practice page: stress, weekly to monthly"),
    Rule("stress-most-per-week-hundredths", 100, "practice page: stress, weekly to monthly"),
    Rule("taper-goal-rate", 50_000, "practice page: reduced as it improves; half the way"),
    Rule("taper-pain-hundredths", 200, "NPRS 2 points, Ostelo 2008"),
    Rule("taper-pain-rate", 30_000, "NPRS 30 %, Ostelo 2008"),
    Rule("adherence-window-days", 28, "clinic's choice: four weeks"),
  ]

  /// How scores are judged: hundredths of the scale that the key's instrument is scored in (NDI and
  /// ODI in percent, not raw points), rates in parts per 100,000. 0 takes a rule out of force. VAS and
  /// ODI have no MDC here: no published one was found that fits.
  static let outcomes = [
    Rule(
      "nprs-mdc-hundredths", 200,
      "1.77 points, rounded up, doi 10.1055/a-1304-3677; neck 4.0, Kovacs 2008"),
    Rule("nprs-mcid-hundredths", 200, "Ostelo 2008 (Spine 33:90): 2 points"),
    Rule("nprs-mcid-rate", 30_000, "Ostelo 2008: 30 % of the baseline"),
    Rule("vas-mcid-hundredths", 1_500, "Ostelo 2008: 15 mm"),
    Rule("vas-mcid-rate", 30_000, "Ostelo 2008: 30 % of the baseline"),
    Rule("ndi-mdc-hundredths", 1_000, "MDC90 5/50 raw, in percent (scoring guide)"),
    Rule("ndi-mcid-hundredths", 1_500, "Carreon 2010: 7.5/50 raw, in percent"),
    Rule("ndi-missing-items", 2, "rescaled; imputing the mean of the others is the same"),
    Rule("ndi-band-none-hundredths", 800, "Vernon: 0-4 of 50"),
    Rule("ndi-band-mild-hundredths", 2_800, "Vernon: 5-14 of 50"),
    Rule("ndi-band-moderate-hundredths", 4_800, "Vernon: 15-24 of 50"),
    Rule("ndi-band-severe-hundredths", 6_800, "Vernon: 25-34 of 50"),
    Rule("ndi-band-complete-hundredths", 10_000, "Vernon: 35 and more of 50"),
    Rule("odi-mcid-hundredths", 1_000, "Ostelo 2008: 10 points"),
    Rule("odi-mcid-rate", 30_000, "Ostelo 2008: 30 % of the baseline"),
    Rule("odi-missing-items", 2, "clinic's choice; published tools differ"),
    Rule("odi-band-minimal-hundredths", 2_000, "Fairbank: 0-20 %"),
    Rule("odi-band-moderate-hundredths", 4_000, "Fairbank: 21-40 %"),
    Rule("odi-band-severe-hundredths", 6_000, "Fairbank: 41-60 %"),
    Rule("odi-band-crippling-hundredths", 8_000, "Fairbank: 61-80 %"),
    Rule("odi-band-bed-bound-hundredths", 10_000, "Fairbank: 81-100 %"),
    Rule("psfs-mdc-hundredths", 200, "MDC90 of the mean, Stratford 1995 (Physiother Can 47:258)"),
    Rule("psfs-mcid-hundredths", 200, "Rysstad 2020, doi 10.1186/s12891-020-03289-z: 1.9-2.0"),
    Rule("quickdash-mdc-hundredths", 1_285, "MDC90, Franchignoni 2014 (JOSPT 44:30)"),
    Rule("quickdash-mcid-hundredths", 1_591, "Franchignoni 2014 (JOSPT 44:30)"),
    Rule("quickdash-missing-items", 1, "at most one of eleven (mccartqm/proms)"),
    Rule("lefs-mdc-hundredths", 900, "MDC90, Binkley 1999 (Phys Ther 79:371)"),
    Rule("lefs-mcid-hundredths", 900, "Binkley 1999 (Phys Ther 79:371)"),
    Rule("lefs-missing-items", 2, "clinic's choice"),
    Rule("rmdq-mdc-hundredths", 500, "MDC90 4 to 5, Stratford 1996 (Phys Ther 76:359)"),
    Rule("rmdq-mcid-hundredths", 500, "Ostelo 2008: 5 points"),
    Rule("rmdq-mcid-rate", 30_000, "Ostelo 2008: 30 % of the baseline"),
    Rule("motion-mdc-degrees", 5, "clinic's choice; two examiners differ by more (PMC434511)"),
    Rule("plateau-measures", 3, "clinic's choice: three scores without a detectable change"),
    Rule("small-group-episodes", 5, "clinic's choice: fewer are one patient's luck"),
  ]
}
