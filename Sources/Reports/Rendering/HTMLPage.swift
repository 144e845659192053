/// What every page of HTML has around its content: one style sheet, within the page, so that a page
/// is one file; and nothing from anywhere else.
public enum HTMLPage {
  /// - Parameters:
  ///   - title: text; it is escaped.
  ///   - head: more elements of the head.
  ///   - body: HTML.
  public static func render(title: String, head: String = "", body: String) -> String {
    """
    <!DOCTYPE html>
    <html lang="en">
    <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <meta name="referrer" content="no-referrer">
    <title>\(XMLText.escaped(title))</title>
    \(head)<style>\(style)</style>
    </head>
    <body>
    \(body)
    </body>
    </html>

    """
  }

  /// Safe as content and within double quotes.
  public static func escaped(_ text: String) -> String { XMLText.escaped(text) }

  /// The style sheet, exactly as it stands between the tags: a policy may name its hash.
  public static let style = """

    :root { color-scheme: light dark; --paper: #fbfbf9; --card: #ffffff; --ink: #23282b;
      --faint: #5c666b; --line: #dde1df; --tint: #f1f4f2; --accent: #1f5f66; --accent-ink: #ffffff;
      --warn: #8a3b12; --warn-tint: #fbf1ea; }
    @media (prefers-color-scheme: dark) { :root { --paper: #16191b; --card: #1d2123; --ink: #e4e7e6;
      --faint: #a3adb0; --line: #343b3e; --tint: #24292c; --accent: #7fc4c9; --accent-ink: #10282b;
      --warn: #f0b48f; --warn-tint: #33241b; } }
    * { box-sizing: border-box; }
    html { -webkit-text-size-adjust: 100%; }
    body { margin: 0; background: var(--paper); color: var(--ink); font: 16px/1.5 system-ui,
      -apple-system, "Segoe UI", Roboto, "Noto Sans", "Liberation Sans", Arial, sans-serif; }
    a { color: var(--accent); text-underline-offset: .15em; }
    a:focus-visible, button:focus-visible, input:focus-visible, select:focus-visible,
    summary:focus-visible, .scroll:focus-visible { outline: 3px solid var(--accent);
      outline-offset: 2px; }
    .skip { position: absolute; left: -999rem; }
    .skip:focus { left: 1rem; top: .5rem; background: var(--card); padding: .4rem .8rem; z-index: 1; }
    .bar { background: var(--card); border-bottom: 1px solid var(--line); }
    .bar > div { max-width: 84rem; margin: 0 auto; padding: .6rem 1.25rem; display: flex; gap: .4rem 1.25rem;
      align-items: center; flex-wrap: wrap; }
    .bar .home { font-weight: 600; text-decoration: none; color: var(--ink); margin-right: auto; }
    .bar .who { color: var(--faint); font-size: .9rem; }
    main { max-width: 84rem; margin: 0 auto; padding: 1.5rem 1.25rem 3rem; }
    h1 { font-size: 1.6rem; line-height: 1.25; margin: .2rem 0 .4rem; letter-spacing: -.01em; }
    h2 { font-size: 1.1rem; margin: 1.8rem 0 .5rem; }
    .lead { color: var(--faint); margin: 0 0 1.1rem; max-width: 52rem; }
    .path { font-size: .9rem; margin: 0; }
    .card { background: var(--card); border: 1px solid var(--line); border-radius: .6rem;
      padding: 1rem 1.15rem; }
    form.ask { margin: 0 0 1.5rem; }
    .fields { display: grid; grid-template-columns: repeat(auto-fill, minmax(13.5rem, 1fr));
      gap: .9rem 1.1rem; align-items: start; }
    label { display: block; font-size: .9rem; font-weight: 600; margin-bottom: .2rem; }
    label::first-letter { text-transform: uppercase; }
    label em { font-weight: 400; font-style: normal; color: var(--faint); }
    input, select { width: 100%; font: inherit; color: inherit; background: var(--paper);
      border: 1px solid #7d898d; border-radius: .35rem; padding: .4rem .55rem; min-height: 2.6rem; }
    input[aria-invalid="true"] { border-color: var(--warn); border-width: 2px; }
    .hint { display: block; font-size: .82rem; color: var(--faint); margin-top: .2rem; }
    .actions { margin-top: 1rem; display: flex; gap: 1rem; align-items: center; flex-wrap: wrap; }
    details.more { margin-top: .9rem; }
    summary { cursor: pointer; color: var(--accent); font-size: .9rem; }
    details.more .fields { margin-top: .7rem; }
    button { font: inherit; font-weight: 600; border: 1px solid var(--accent); border-radius: .35rem;
      background: var(--accent); color: var(--accent-ink); padding: .45rem 1.1rem; min-height: 2.6rem;
      cursor: pointer; }
    button.quiet { background: none; color: var(--accent); border-color: var(--line); font-weight: 400;
      font-size: .9rem; min-height: 2.2rem; padding: .2rem .7rem; }
    .alert { background: var(--warn-tint); border: 1px solid var(--warn); color: var(--warn);
      border-radius: .5rem; padding: .7rem 1rem; margin: 0 0 1.2rem; overflow-wrap: anywhere; }
    .subject { font-size: 1.25rem; margin: 1.2rem 0 .4rem; }
    dl.asked { display: flex; flex-wrap: wrap; gap: .2rem 1.4rem; margin: .2rem 0 .9rem; font-size: .9rem; }
    dl.asked div { display: flex; gap: .4rem; } dl.asked dt { color: var(--faint); }
    dl.asked dt::first-letter { text-transform: uppercase; }
    dl.asked dd { margin: 0; overflow-wrap: anywhere; }
    figure { margin: 0 0 1.2rem; } figure svg { max-width: 100%; height: auto; border-radius: .6rem; }
    .scroll { overflow-x: auto; background: var(--card); border: 1px solid var(--line);
      border-radius: .6rem; }
    table { border-collapse: collapse; width: 100%; font-size: .9rem; line-height: 1.4; }
    th, td { text-align: left; vertical-align: top; padding: .5rem .65rem; }
    thead th { font-weight: 600; font-size: .82rem; color: var(--faint); vertical-align: bottom;
      border-bottom: 1px solid var(--line); background: var(--tint); }
    thead small { font-weight: 400; }
    tbody tr + tr td { border-top: 1px solid var(--line); }
    tbody tr:hover td { background: var(--tint); }
    .n { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
    .w { white-space: nowrap; font-variant-numeric: tabular-nums; }
    tfoot td { font-weight: 600; border-top: 2px solid var(--faint); }
    .no { font-weight: 600; }
    .nothing { color: var(--faint); background: var(--card); border: 1px dashed var(--line);
      border-radius: .6rem; padding: 1.2rem; text-align: center; }
    .notes { font-size: .9rem; color: var(--faint); padding-left: 1.1rem; max-width: 58rem; }
    .asof { font-size: .85rem; color: var(--faint); overflow-wrap: anywhere; }
    .get { font-size: .9rem; display: flex; gap: .3rem 1rem; flex-wrap: wrap; padding: 0; margin: 1rem 0 0;
      list-style: none; }
    .list { display: grid; grid-template-columns: repeat(auto-fill, minmax(17.5rem, 1fr)); gap: .8rem;
      padding: 0; margin: 0; list-style: none; }
    .list li { padding: .8rem 1rem; } .list a { font-weight: 600; text-decoration: none; }
    .list a:hover { text-decoration: underline; }
    .list p { margin: .25rem 0 0; font-size: .87rem; color: var(--faint); line-height: 1.4; }
    .sign-in { max-width: 26rem; margin: 3rem auto; } .sign-in .lead { margin-bottom: 1rem; }
    @media screen { form.ask ~ section dl.asked { display: none; } }
    @media (max-width: 44rem) {
      main { padding: 1.1rem .9rem 2rem; }
      .bar > div { padding: .5rem .9rem; }
      .scroll { border: 0; background: none; overflow: visible; }
      table, tbody, tfoot, tr, td { display: block; } thead { position: absolute; left: -999rem; }
      tr { background: var(--card); border: 1px solid var(--line); border-radius: .6rem;
        padding: .5rem .9rem; margin-bottom: .7rem; }
      td, tbody tr + tr td { display: flex; gap: 1rem; justify-content: space-between; border: 0;
        padding: .2rem 0; text-align: right; white-space: normal; overflow-wrap: anywhere; }
      td:empty { display: none; }
      td::before { content: attr(data-label); color: var(--faint); text-align: left; flex: none;
        max-width: 50%; font-weight: 400; }
      tfoot tr { border-color: var(--faint); }
    }
    @page { size: letter; margin: 14mm; }
    @page wide { size: letter landscape; margin: 12mm; }
    @media print {
      :root { --paper: #fff; --card: #fff; --ink: #000; --faint: #444; --line: #bbb; --tint: #fff;
        --warn: #000; --accent: #000; }
      body { font-size: 10pt; } .bar, .path, form, .get, .skip, .lead { display: none; }
      main { padding: 0; max-width: none; } .scroll { border: 0; overflow: visible; }
      body:has(.wide) { page: wide; } .wide table { font-size: 7.5pt; } .wide th, .wide td { padding: 1.5pt 3pt; }
      table { font-size: 9pt; } th, td { padding: 2.5pt 5pt; } thead { display: table-header-group; }
      thead th { border-bottom: 1pt solid #000; font-size: inherit; }
      tr, figure { break-inside: avoid; } h1 { font-size: 15pt; }
    }

    """
}
