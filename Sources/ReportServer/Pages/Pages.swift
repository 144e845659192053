import Backend
import Crypto
import Foundation
import Hummingbird
import Reports

/// The pages that people see in a browser. They hold no script, and their policy allows none.
struct Pages: Sendable {
  let backend: Backend

  /// Nothing from elsewhere, no script, no frame around it; the one style sheet by its hash.
  static let policy: String = {
    let hash = Data(SHA256.hash(data: Data(HTMLPage.style.utf8))).base64EncodedString()
    return "default-src 'none'; style-src 'sha256-\(hash)'; img-src 'self'; form-action 'self'; "
      + "base-uri 'none'; frame-ancestors 'none'"
  }()

  /// A page with the clinic's name above it, and who is signed in.
  ///
  /// - Parameters:
  ///   - title: text.
  ///   - main: HTML.
  func text(title: String, _ main: String, for principal: Principal?) -> String {
    HTMLPage.render(
      title: title, head: "<link rel=\"icon\" href=\"/icon.svg\">\n",
      body: """
        <a class="skip" href="#main">Skip to the content</a>
        <header class="bar"><div>
        <a class="home" href="/v1/reports">\(HTMLPage.escaped(clinic))</a>
        \(principal.map(Self.who) ?? "")
        </div></header>
        <main id="main">
        \(main)
        </main>
        """)
  }

  /// The same as an answer to a request.
  func response(
    _ status: HTTPResponse.Status = .ok, title: String, _ main: String, for principal: Principal?
  ) -> Response {
    let text = text(title: title, main, for: principal)
    return Self.response(status, .init(byteBuffer: ByteBuffer(string: text)))
  }

  private static func who(_ principal: Principal) -> String {
    """
    <span class="who">\(HTMLPage.escaped("\(principal.user), \(principal.role.text)"))</span>
    <form method="post" action="/sign-out"><button class="quiet">Sign out</button></form>
    """
  }

  /// What a page holds is patient data: no cache keeps it.
  static func response(_ status: HTTPResponse.Status, _ body: ResponseBody) -> Response {
    Response(
      status: status,
      headers: [
        .contentType: ReportFormat.html.contentType, .cacheControl: "private, no-store",
        .contentSecurityPolicy: policy, .vary: "Accept, Authorization, Cookie",
      ], body: body)
  }

  private var clinic: String { (try? backend.clinic().profile.name) ?? "ChartLedger" }

  /// What went wrong, for people.
  func problem(_ problem: Problem, for principal: Principal?) -> Response {
    var response = response(
      problem.status, title: problem.title,
      """
      <h1>\(HTMLPage.escaped(problem.title))</h1>
      <p class="alert" role="alert">\(HTMLPage.escaped(problem.detail))</p>
      <p><a href="/v1/reports">To the reports</a></p>
      """, for: principal)
    for field in problem.extraHeaders { response.headers[field.name] = field.value }
    return response
  }

  /// A page drawn in two strokes, for the tab.
  static let icon = """
    <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><rect width="32" height="32" rx="7" \
    fill="#1f5f66"/><path d="M9 9h14M9 16h14M9 23h8" stroke="#fff" stroke-width="3" \
    stroke-linecap="round"/></svg>

    """
}
