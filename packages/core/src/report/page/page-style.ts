/** The one style sheet of a report: light and dark, wide and narrow, screen and paper. */
export const pageStyle = `
:root { color-scheme: light dark; --ink: #1c2430; --faint: #5b6675; --line: #d9dee5; --paper: #fff; --panel: #f5f7f9;
  --accent: #0b62b8; --good: #136c34; --bad: #a8231d; --think: #eaf2fb; --answer: #e6f4ea; }
@media (prefers-color-scheme: dark) { :root { --ink: #e4e8ee; --faint: #9aa6b5; --line: #36404d; --paper: #12171e;
  --panel: #1b222b; --accent: #6fb3f2; --good: #6fce8f; --bad: #f08a83; --think: #1a2b3f; --answer: #173324; } }
* { box-sizing: border-box; }
body { margin: 0 auto; padding: 1.25rem 1rem 4rem; max-width: 76rem; background: var(--paper); color: var(--ink);
  font: 16px/1.5 system-ui, -apple-system, "Segoe UI", sans-serif; overflow-wrap: break-word; }
h1 { font-size: 1.6rem; line-height: 1.2; margin: 0 0 .25rem; }
h2 { font-size: 1.25rem; margin: 2.5rem 0 .5rem; padding-top: .75rem; border-top: 1px solid var(--line); }
h3 { font-size: 1rem; margin: 1.5rem 0 .25rem; }
p { margin: .25rem 0 .5rem; } .note { color: var(--faint); font-size: .875rem; max-width: 60rem; }
nav { display: flex; flex-wrap: wrap; gap: .25rem 1rem; margin: .75rem 0; font-size: .9rem; }
a { color: var(--accent); }
.facts { display: grid; grid-template-columns: max-content 1fr; gap: .1rem .9rem; font-size: .875rem; margin: .75rem 0; }
.facts dt { color: var(--faint); } .facts dd { margin: 0; overflow-wrap: anywhere; }
.scroll { overflow-x: auto; }
a:focus-visible, summary:focus-visible, .scroll:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; }
table { border-collapse: collapse; font-size: .875rem; font-variant-numeric: tabular-nums; }
th, td { padding: .3rem 1.2rem .3rem 0; text-align: right; border-bottom: 1px solid var(--line); white-space: nowrap; }
th.text, td.text { text-align: left; }
th:first-child, td:first-child { position: sticky; left: 0; background: var(--paper); }
th { color: var(--faint); font-weight: 600; } tr.published td { color: var(--faint); font-style: italic; }
.charts { display: grid; grid-template-columns: repeat(auto-fill, minmax(17rem, 1fr)); gap: .75rem; }
figure { margin: 0; padding: .6rem .75rem; background: var(--panel); border-radius: .4rem; }
figcaption { font-size: .85rem; font-weight: 600; } figcaption span { color: var(--faint); font-weight: 400; }
svg { display: block; width: 100%; height: auto; }
svg text { fill: var(--faint); font: 10px system-ui, sans-serif; }
svg .grid { stroke: var(--line); } svg .raw { stroke: var(--accent); opacity: .25; fill: none; }
svg .curve { stroke: var(--accent); stroke-width: 1.8; fill: none; } svg .dot { fill: var(--accent); }
.sample { display: grid; grid-template-columns: minmax(7rem, 12rem) 1fr; gap: 1rem; padding: 1rem 0;
  border-bottom: 1px solid var(--line); }
.sample img { width: 100%; height: auto; border-radius: .3rem; image-rendering: auto; background: #000; display: block; }
.sample img.small { image-rendering: pixelated; }
.question { font-weight: 600; } .meta { color: var(--faint); font-size: .8rem; }
.completion { white-space: pre-wrap; background: var(--panel); border-radius: .3rem; padding: .5rem .7rem; margin: .4rem 0;
  font: .875rem/1.5 ui-monospace, SFMono-Regular, Consolas, monospace; overflow-wrap: anywhere; }
.completion .think { background: var(--think); } .completion .answer { background: var(--answer); }
.completion .tag { color: var(--accent); font-weight: 700; }
.mark { font-weight: 700; } .right { color: var(--good); } .wrong { color: var(--bad); }
.grade { font-size: .85rem; margin: .15rem 0; }
@media (max-width: 40rem) { body { font-size: 15px; } .charts { grid-template-columns: 1fr; }
  th:first-child, td:first-child { min-width: 9rem; max-width: 11rem; white-space: normal; } .sample { grid-template-columns: 1fr; }
  .sample img { max-width: 14rem; } .facts { grid-template-columns: 1fr; } .facts dd { margin-bottom: .35rem; } }
@media print { body { max-width: none; } .sample, figure { break-inside: avoid; } }
`;
