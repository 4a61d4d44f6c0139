/** The look of a report: readable on a screen, on paper, and by people who see little contrast or no colour. */
export const pageStyle = `
:root { color-scheme: light dark; --ink: #1b1f24; --soft: #57606a; --line: #d8dee4; --paper: #ffffff; --shade: #f6f8fa;
  --good: #116329; --warn: #7d4e00; --bad: #a40e26; --plain: #57606a; }
@media (prefers-color-scheme: dark) { :root { --ink: #e6edf3; --soft: #9198a1; --line: #3d444d; --paper: #0d1117; --shade: #151b23;
  --good: #5fd97a; --warn: #e3b341; --bad: #ff7b83; --plain: #9198a1; } }
* { box-sizing: border-box; }
html { scroll-behavior: smooth; }
body { margin: 0; font: 15px/1.55 system-ui, -apple-system, "Segoe UI", "Noto Sans", sans-serif; color: var(--ink); background: var(--paper); }
.page, main { max-width: 76rem; margin: 0 auto; padding: 0 clamp(1rem, 4vw, 3rem); }
header { padding: 2rem 0 2rem; border-bottom: 1px solid var(--line); background: var(--shade); }
.project { margin: 0; font-weight: 600; } .project span { font-weight: 400; color: var(--soft); margin-left: .5rem; }
h1 { margin: .6rem 0 .3rem; font-size: clamp(1.5rem, 3.4vw, 2.1rem); line-height: 1.2; letter-spacing: -.015em; text-wrap: balance; }
.next { margin: 0; }
.good { color: var(--good); } .warn { color: var(--warn); } .bad { color: var(--bad); } .plain { color: inherit; }
.figures { display: flex; flex-wrap: wrap; gap: 1rem 2.6rem; margin: 1.5rem 0 1.1rem; }
.figures div { display: flex; flex-direction: column; }
.figures dd { font-size: 1.55rem; line-height: 1.2; font-variant-numeric: tabular-nums; font-weight: 600; }
.figures dt { font-size: .85rem; }
.bar { display: flex; gap: 2px; height: .7rem; border-radius: .35rem; overflow: hidden; background: var(--line); }
.bar i { background: currentColor; min-width: 3px; } .bar i.plain, .legend i.plain { color: var(--plain); }
.legend { display: flex; flex-wrap: wrap; gap: .2rem 1.4rem; list-style: none; margin: .5rem 0 0; padding: 0; font-size: .85rem; color: var(--soft); }
.legend i { display: inline-block; width: .7rem; height: .7rem; border-radius: 2px; background: currentColor; margin-right: .45rem; }
nav { margin-top: 1.5rem; border-top: 1px solid var(--line); }
nav a { display: grid; grid-template-columns: 1.5rem minmax(8rem, 12rem) 1fr; gap: .6rem; padding: .42rem 0; color: inherit;
  text-decoration: none; border-bottom: 1px solid var(--line); }
nav a:hover b + b, nav a:focus b + b { text-decoration: underline; text-underline-offset: 3px; }
nav span { color: var(--soft); } .mark { text-align: center; }
main { padding-bottom: 4rem; }
article { padding-top: 2.8rem; } section { padding-top: 1.3rem; }
h2 { margin: 0 0 .7rem; padding-bottom: .35rem; font-size: 1.45rem; letter-spacing: -.01em; border-bottom: 2px solid var(--ink); }
h3 { margin: 0 0 .6rem; font-size: 1.1rem; } h4 { margin: 1.2rem 0 .3rem; font-size: .95rem; }
.verdict { margin: 0 0 1rem; padding: .6rem .9rem; border-left: 4px solid currentColor; background: var(--shade); font-weight: 600; }
main dl { display: grid; grid-template-columns: repeat(auto-fill, minmax(17rem, 1fr)); gap: .6rem 1.6rem; margin: 0 0 1rem; }
dt { color: var(--soft); font-size: .85rem; } dd { margin: 0; overflow-wrap: anywhere; }
.wide { overflow-x: auto; margin: 0 0 1.2rem; }
table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums; }
th, td { padding: .38rem 1rem .38rem 0; text-align: left; vertical-align: top; border-bottom: 1px solid var(--line); overflow-wrap: break-word;
  max-width: 34rem; white-space: pre-line; }
th { font-size: .85rem; color: var(--soft); font-weight: 600; white-space: nowrap; }
.number { text-align: right; white-space: nowrap; padding-right: 1.4rem; }
.of100 { display: inline-block; width: 8rem; height: .5rem; margin-right: .7rem; border-radius: .25rem; background: var(--line); overflow: hidden; }
.of100 i { display: block; height: 100%; background: var(--soft); }
.findings { list-style: none; margin: 0; padding: 0; }
.findings li { margin: 0 0 .8rem; padding: .1rem 0 .1rem .9rem; border-left: 4px solid currentColor; }
.findings li.plain { border-color: var(--line); }
.findings p { margin: .15rem 0; color: var(--ink); } .findings .fix::before { content: "\\2192\\00a0"; }
p { white-space: pre-line; }
.empty { color: var(--soft); }
code { font: .88em/1.5 ui-monospace, "DejaVu Sans Mono", monospace; overflow-wrap: anywhere; }
p code, dd code { padding: .1em .35em; border-radius: 4px; background: color-mix(in srgb, var(--ink) 8%, transparent); }
details { border-bottom: 1px solid var(--line); } details + :not(details) { margin-top: 1.4rem; }
summary { padding: .38rem 0; cursor: pointer; overflow-wrap: anywhere; } details[open] { padding-bottom: .6rem; }
details[open] > summary { font-weight: 600; } details pre { max-height: 30rem; overflow-y: auto; }
pre { padding: .8rem 1rem; background: var(--shade); overflow-x: auto; font: 13px/1.5 ui-monospace, "DejaVu Sans Mono", monospace; }
@media (max-width: 40rem) { nav a { grid-template-columns: 1.5rem 1fr; } nav span { grid-column: 2; } }
@media print { details::details-content { content-visibility: visible; } details pre { max-height: none; }
  header { background: none; } article { break-before: page; } tr, .findings li { break-inside: avoid; } }
`;
