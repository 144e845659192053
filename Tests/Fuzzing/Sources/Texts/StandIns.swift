// The files beside this one are links into modules that take minutes to build. What they need of those
// stands here.

struct Problem: Error {
  enum Status { case badRequest }
  var status: Status
  var title: String
  var detail: String
}

struct InputError: Error {
  var field: String?
  var problem: String
  init(field: String?, _ problem: String) { (self.field, self.problem) = (field, problem) }
}

struct UsageError: Error {
  var problem: String
  var hint: String
  init(_ problem: String, hint: String) { (self.problem, self.hint) = (problem, hint) }
}
