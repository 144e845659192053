/// A region of the body as this program knows it: a name, the larger regions that it is part of, and
/// the words by which people call it.
///
/// Regions decide whether two services were separate (NCCI) and whether a prescription reaches what
/// is treated, so a muscle counts as the regions that it lies in.
public struct BodyRegion: Sendable, Hashable {
  /// Plain English, in lower case; unique.
  public let name: String
  /// Names of the regions that it is part of.
  public let parents: [String]
  /// Other words for it, singular or plural, in lower case, without hyphens.
  public let synonyms: [String]
  /// Whether a body has two of it, left and right.
  public let isPaired: Bool
  /// Too large to stand for a part of it: an order for the neck does not reach the body.
  public let isBroad: Bool

  private init(
    _ name: String, of parents: [String], _ synonyms: [String] = [], paired: Bool = false,
    broad: Bool = false
  ) {
    self.name = name
    self.parents = parents
    self.synonyms = synonyms
    isPaired = paired
    isBroad = broad
  }

  /// From head to foot.
  public static let all = [
    BodyRegion("body", of: [], ["full body", "whole body", "general"], broad: true),
    BodyRegion("head", of: ["body"], ["scalp", "cranium", "cranial", "forehead", "temple"]),
    BodyRegion("face", of: ["head"], ["facial"]),
    BodyRegion(
      "jaw", of: ["head"],
      ["tmj", "temporomandibular", "temporomandibular joint", "masseter", "mandible"], paired: true),
    BodyRegion(
      "neck", of: ["body"],
      ["cervical", "cervical spine", "c spine", "scalene", "sternocleidomastoid", "scm"]),
    BodyRegion(
      "suboccipital", of: ["neck", "head"], ["occiput", "occipital", "base of skull"]),
    BodyRegion("trunk", of: ["body"], ["torso"], broad: true),
    BodyRegion("back", of: ["trunk"], ["spine", "erector spinae"]),
    BodyRegion("thoracic spine", of: ["back"], ["thoracic", "t spine", "dorsal spine"]),
    BodyRegion(
      "upper back", of: ["thoracic spine"], ["rhomboid", "interscapular", "upper thoracic"]),
    BodyRegion("mid back", of: ["thoracic spine"], ["middle back", "lower thoracic"]),
    BodyRegion(
      "low back", of: ["back"],
      [
        "lower back", "lumbar", "lumbar spine", "l spine", "lumbosacral", "quadratus lumborum",
        "ql",
      ]),
    BodyRegion("chest", of: ["trunk"], ["pectoral", "pec", "sternum", "breast"]),
    BodyRegion("rib", of: ["chest"], ["rib cage", "ribcage", "intercostal"]),
    BodyRegion("abdomen", of: ["trunk"], ["abdominal", "belly", "stomach"]),
    BodyRegion("pelvis", of: ["trunk"], ["pelvic"]),
    BodyRegion(
      "sacrum", of: ["pelvis", "back"],
      ["sacral", "sacroiliac", "sacroiliac joint", "si joint", "sij", "coccyx", "tailbone"]),
    BodyRegion(
      "buttock", of: ["pelvis", "hip"], ["gluteal", "glute", "gluteus", "piriformis"],
      paired: true),
    BodyRegion("upper limb", of: ["body"], ["upper extremity"], paired: true, broad: true),
    BodyRegion(
      "shoulder", of: ["upper limb"],
      ["shoulder girdle", "rotator cuff", "deltoid", "glenohumeral", "ac joint"], paired: true),
    BodyRegion(
      "shoulder blade", of: ["shoulder", "upper back"], ["scapula", "scapular", "subscapularis"],
      paired: true),
    BodyRegion(
      "trapezius", of: ["neck", "shoulder", "upper back"], ["trap"], paired: true),
    BodyRegion(
      "upper trapezius", of: ["neck", "shoulder"],
      ["upper trap", "levator scapulae", "levator scapula"], paired: true),
    BodyRegion("arm", of: ["upper limb"], paired: true),
    BodyRegion(
      "upper arm", of: ["arm"], ["biceps", "triceps", "brachium", "humerus"], paired: true),
    BodyRegion("elbow", of: ["arm"], ["epicondyle", "tennis elbow"], paired: true),
    BodyRegion("forearm", of: ["arm"], ["lower arm"], paired: true),
    BodyRegion("wrist", of: ["arm"], ["carpal", "carpal tunnel"], paired: true),
    BodyRegion("hand", of: ["arm"], ["palm", "thenar"], paired: true),
    BodyRegion("finger", of: ["hand"], ["thumb"], paired: true),
    BodyRegion("lower limb", of: ["body"], ["lower extremity"], paired: true, broad: true),
    BodyRegion(
      "hip", of: ["lower limb"],
      ["hip flexor", "psoas", "iliopsoas", "trochanter", "tensor fasciae latae", "tfl", "groin"],
      paired: true),
    BodyRegion("leg", of: ["lower limb"], paired: true),
    BodyRegion(
      "thigh", of: ["leg"],
      ["upper leg", "quadriceps", "quad", "hamstring", "adductor", "it band", "iliotibial band"],
      paired: true),
    BodyRegion("knee", of: ["leg"], ["patella", "patellar", "popliteal"], paired: true),
    BodyRegion(
      "lower leg", of: ["leg"],
      ["calf", "calves", "shin", "gastrocnemius", "soleus", "tibialis", "peroneal"], paired: true),
    BodyRegion("ankle", of: ["leg"], ["achilles", "achilles tendon"], paired: true),
    BodyRegion(
      "foot", of: ["leg"], ["feet", "plantar", "plantar fascia", "heel", "sole", "arch"],
      paired: true),
    BodyRegion("toe", of: ["foot"], paired: true),
  ]

  private static let byName = Dictionary(
    all.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
  private static let byWord = Dictionary(
    all.flatMap { region in ([region.name] + region.synonyms).map { ($0, region) } },
    uniquingKeysWith: { first, _ in first })

  /// The region that a word or phrase in lower case names, in the singular or the plural.
  static func named(_ phrase: String) -> BodyRegion? {
    byWord[phrase] ?? (phrase.hasSuffix("s") ? byWord[String(phrase.dropLast())] : nil)
  }

  /// Whether it is the other, or a part of it.
  public func isWithin(_ other: BodyRegion) -> Bool {
    self == other || parents.contains { Self.byName[$0]?.isWithin(other) ?? false }
  }
}
