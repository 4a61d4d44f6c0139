/** The look of a report: readable on a screen, on paper, and by people who see little contrast or no colour. */
export const pageStyle = `
:root { color-scheme: light dark; --ink: #1b1f24; --soft: #57606a; --line: #d0d7de; --paper: #ffffff; --shade: #f6f8fa;
  --good: #116329; --warn: #7d4e00; --bad: #a40e26; }
@media (prefers-color-scheme: dark) { :root { --ink: #e6edf3; --soft: #9198a1; --line: #3d444d; --paper: #0d1117; --shade: #151b23;
  --good: #5fd97a; --warn: #e3b341; --bad: #ff7b83; } }
* { box-sizing: border-box; }
body { margin: 0; font: 15px/1.55 system-ui, -apple-system, "Segoe UI", "Noto Sans", sans-serif; color: var(--ink); background: var(--paper); }
header { padding: 2.2rem clamp(1rem, 4vw, 3rem) 1rem; border-bottom: 1px solid var(--line); background: var(--shade); }
h1 { margin: 0 0 .25rem; font-size: 1.7rem; letter-spacing: -.01em; }
header p { margin: 0; color: var(--soft); }
nav { display: flex; flex-wrap: wrap; gap: .4rem 1.2rem; margin-top: 1.1rem; }
nav a { color: inherit; text-underline-offset: 3px; }
main { max-width: 76rem; margin: 0 auto; padding: 0 clamp(1rem, 4vw, 3rem) 4rem; }
section { padding-top: 2.2rem; }
h2 { margin: 0 0 .7rem; font-size: 1.25rem; }
.verdict { margin: 0 0 1rem; padding: .6rem .9rem; border-left: 4px solid currentColor; background: var(--shade); font-weight: 600; }
.good { color: var(--good); } .warn { color: var(--warn); } .bad { color: var(--bad); } .plain { color: inherit; }
dl { display: grid; grid-template-columns: repeat(auto-fill, minmax(15rem, 1fr)); gap: .6rem 1.6rem; margin: 0 0 1rem; }
dt { color: var(--soft); font-size: .85rem; } dd { margin: 0; overflow-wrap: anywhere; }
.wide { overflow-x: auto; margin: 0 0 1.2rem; }
table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums; }
th, td { padding: .38rem .8rem .38rem 0; text-align: left; vertical-align: top; border-bottom: 1px solid var(--line); overflow-wrap: anywhere; }
th { font-size: .85rem; color: var(--soft); font-weight: 600; }
.number { text-align: right; white-space: nowrap; padding-right: 1.2rem; }
.findings { list-style: none; margin: 0; padding: 0; }
.findings li { margin: 0 0 .8rem; padding: .1rem 0 .1rem .9rem; border-left: 4px solid currentColor; }
.findings p { margin: .15rem 0; color: var(--ink); } .findings .fix::before { content: "\\2192\\00a0"; }
p { white-space: pre-line; }
.empty { color: var(--soft); }
pre { padding: .8rem 1rem; background: var(--shade); overflow-x: auto; font: 13px/1.5 ui-monospace, "DejaVu Sans Mono", monospace; }
@media print { header { background: none; } nav { display: none; } section { break-inside: avoid-page; } }
`;
