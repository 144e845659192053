/// Made-up people. Common names of the region's many origins, paired at random.
enum Names {
  static let women = [
    "Maria", "Jennifer", "Priya", "Mei", "Fatima", "Aaliyah", "Rachel", "Olga", "Grace", "Sofia",
    "Yuki", "Amara", "Linda", "Patricia", "Carmen", "Nadia", "Hannah", "Ines", "Ji-woo", "Thuy",
    "Denise", "Keisha", "Lucia", "Irina", "Shreya", "Barbara", "Susan", "Elena", "Noor", "Camila",
    "Angela", "Teresa", "Zoe", "Adwoa", "Kathleen", "Rosa", "Farah", "Ewa", "Divya", "Monique",
  ]
  static let men = [
    "James", "Robert", "Carlos", "Wei", "Ahmed", "Darnell", "David", "Sergei", "Daniel", "Mateo",
    "Kenji", "Kwame", "Michael", "Anthony", "Luis", "Omar", "Benjamin", "Rafael", "Min-jun", "Duc",
    "Thomas", "Tyrone", "Marco", "Pavel", "Arjun", "William", "Joseph", "Andrei", "Yusuf", "Diego",
    "Kevin", "Vincent", "Ethan", "Kofi", "Patrick", "Jorge", "Hassan", "Piotr", "Rahul", "Andre",
  ]
  static let families = [
    "Garcia", "Kim", "Patel", "Chen", "Khan", "Johnson", "Cohen", "Ivanov", "Park", "Rodriguez",
    "Tanaka", "Mensah", "Smith", "Rossi", "Hernandez", "Haddad", "Goldberg", "Silva", "Lee",
    "Nguyen", "Murphy", "Washington", "Romano", "Kowalski", "Sharma", "Williams", "Brown",
    "Popescu", "Ali", "Torres", "Martinez", "DeLuca", "Walker", "Boateng", "O'Brien", "Ramirez",
    "Hussain", "Nowak", "Reddy", "Baptiste", "Santos", "Cruz", "Wang", "Singh", "Ferrari", "Cole",
    "Diaz", "Wright", "Schwartz", "Morales", "Okafor", "Choi", "Vargas", "Greco", "Bauer", "Reyes",
  ]
  static let streets = [
    "Main Street", "Palisade Avenue", "Anderson Avenue", "Bergen Boulevard", "Grand Avenue",
    "Washington Place", "Lemoine Avenue", "River Road", "Cedar Lane", "Queen Anne Road",
    "Hudson Terrace", "Forest Avenue", "Park Street", "Broad Avenue", "Elm Street",
  ]
  /// Towns of Bergen and Hudson County with their ZIP codes.
  static let towns = [
    ("Fort Lee", "07024"), ("Englewood", "07631"), ("Hackensack", "07601"), ("Teaneck", "07666"),
    ("Cliffside Park", "07010"), ("Edgewater", "07020"), ("Palisades Park", "07650"),
    ("Leonia", "07605"), ("Hoboken", "07030"), ("Union City", "07087"), ("Paramus", "07652"),
    ("Bergenfield", "07621"), ("Ridgefield", "07657"), ("Weehawken", "07086"),
  ]
  static let languages = [("en", 0.78), ("es", 0.13), ("ko", 0.05), ("zh", 0.02), ("ru", 0.02)]
}

extension SeededRandom {
  /// A US number of New Jersey that no one has: exchange 555, lines 0100 to 0199, are for fiction.
  mutating func phone() -> String {
    "+1\(pick(["201", "551", "973"]))55501\(int(0...9))\(int(0...9))"
  }

  /// A National Provider Identifier with its check digit (Luhn over 80840 and nine digits).
  mutating func npi() -> String {
    let nine = [1] + (0..<8).map { _ in int(0...9) }
    let sum = nine.enumerated().reduce(24) { sum, entry in
      let doubled = entry.offset.isMultiple(of: 2) ? entry.element * 2 : entry.element
      return sum + doubled / 10 + doubled % 10
    }
    return nine.map(String.init).joined() + "\((10 - sum % 10) % 10)"
  }
}
