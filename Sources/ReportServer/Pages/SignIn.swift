import Backend
import HTTPTypes
import Hummingbird
import NIOCore
import Reports

/// Signing in and out of a browser: the only requests that are no readings. Neither changes the
/// clinic's records.
struct SignIn: Sendable {
  let backend: Backend
  let workers: BlockingWorkers
  let sessions: Sessions
  let cookie: SessionCookie
  let pages: Pages

  /// A token has 47 characters, and a page's address is rarely longer than a line.
  private static let longestForm = 8 << 10

  func add(to router: Router<ClinicContext>) {
    router.get("sign-in") { _, _ in pages.signIn(.ok, next: nil) }
    router.post("sign-in") { request, _ in try await begin(request) }
    router.post("sign-out") { request, _ in try end(request) }
  }

  private func begin(_ request: Request) async throws -> Response {
    // Else another site could sign somebody in as somebody else.
    guard SessionCookie.isOwn(request) else { throw Problem.fromElsewhere }
    let form = try FormText.pairs(try await Self.text(of: request))
    func value(_ name: String) -> String? { form.first { $0.name == name }?.value }
    let next = value("next").flatMap(Self.local)
    let token = AccessToken(text: (value("token") ?? "").filter { !$0.isWhitespace })
    guard try await workers.run({ try backend.principal(for: token) }) != nil else {
      return pages.signIn(next: next, failed: true)
    }
    if let old = cookie.session(in: request) { sessions.end(old) }
    return redirect(to: next ?? "/v1/reports", session: sessions.begin(token))
  }

  private static func text(of request: Request) async throws -> String {
    do {
      return String(buffer: try await request.body.collect(upTo: longestForm))
    } catch is NIOTooManyBytesError {
      throw Problem(
        status: .contentTooLarge, title: "Content too large",
        detail: "the body is larger than anything that is read here")
    }
  }

  private func end(_ request: Request) throws -> Response {
    guard SessionCookie.isOwn(request) else { throw Problem.fromElsewhere }
    if let session = cookie.session(in: request) { sessions.end(session) }
    var response = redirect(to: "/sign-in", session: nil)
    response.headers.set("Clear-Site-Data", "\"cache\"")
    return response
  }

  private func redirect(to path: String, session: String?) -> Response {
    Response(
      status: .seeOther,
      headers: [
        .location: path, .setCookie: cookie.header(session), .cacheControl: "no-store",
      ])
  }

  /// A path of ours; nil for whatever leads elsewhere.
  static func local(_ path: String) -> String? {
    let isPlain = path.utf8.allSatisfy { (0x21...0x7E).contains($0) && $0 != UInt8(ascii: "\\") }
    return path.hasPrefix("/v1/") && isPlain && !path.contains("//") ? path : nil
  }
}

extension Pages {
  /// - Parameter next: the path to go on to.
  func signIn(
    _ status: HTTPResponse.Status = .unauthorized, next: String?, failed: Bool = false
  ) -> Response {
    let alert =
      failed
      ? "<p class=\"alert\" role=\"alert\">This token is unknown, revoked or expired.</p>" : ""
    let hidden =
      next.map { "<input type=\"hidden\" name=\"next\" value=\"\(HTMLPage.escaped($0))\">" } ?? ""
    let main = """
      <div class="sign-in card">
      <h1>Sign in</h1>
      <p class="lead">With the token that the clinic gave you.</p>
      \(alert)
      <form method="post" action="/sign-in">
      <label for="token">Token</label>
      <input id="token" name="token" type="password" autocomplete="current-password" required \
      autofocus spellcheck="false" aria-describedby="token-hint">
      <span class="hint" id="token-hint">It begins with clt_. You are signed out after half an hour \
      without use.</span>
      \(hidden)
      <div class="actions"><button>Sign in</button></div>
      </form>
      </div>
      """
    var response = response(status, title: "Sign in", main, for: nil)
    if status == .unauthorized { response.headers[.wwwAuthenticate] = "Bearer" }
    return response
  }
}

extension HTTPFields {
  /// Sets a field that has no name of its own in HTTPTypes.
  mutating func set(_ name: String, _ value: String) {
    if let name = HTTPField.Name(name) { self[name] = value }
  }
}
