/** Colours of Okabe and Ito, which people with any colour vision tell apart; light votes, dark certificates. */
export const STYLE = `
:root { color-scheme: light dark; --ink: #1d2127; --dim: #5c6570; --paper: #fff; --line: #dfe3e8; --wash: #f4f6f8; --good: #00734f; --bad: #b34700;
  --s0: #9aa3ad; --s1: #8ecbef; --s2: #0072b2; --s3: #f5cf7c; --s4: #e08a00; --s5: #8fdcc4; --s6: #009e73; --accent: #0072b2; --warn: #d55e00;
  --h5: #0b5c91; --h4: #3f8fc4; --h3: #8fc1e3; --h2: #cfe2f1; --h1: #f6d3ba; --h0: #d55e00; }
@media (prefers-color-scheme: dark) { :root { --ink: #e4e8ec; --dim: #9aa5b1; --paper: #14181d; --line: #2c333b; --wash: #1c2229; --good: #46c79a; --bad: #ff9a57;
  --s0: #737d88; --s1: #a5d8f6; --s2: #2f95d3; --s3: #f7dc9e; --s4: #e69f00; --s5: #a9ead6; --s6: #12a97f; --accent: #56b4e9; --warn: #ff8a3d;
  --h5: #56b4e9; --h4: #3b87b3; --h3: #2d6485; --h2: #24475c; --h1: #5c3a22; --h0: #ff8a3d; } }
* { box-sizing: border-box; }
body { margin: 0 auto; padding: 2rem 1.25rem 4rem; max-width: 70rem; background: var(--paper); color: var(--ink);
  font: 15px/1.55 system-ui, -apple-system, "Segoe UI", "Helvetica Neue", Arial, sans-serif; }
h1 { font-size: 1.8rem; line-height: 1.2; margin: 0 0 .8rem; }
h2 { font-size: 1.3rem; margin: 3rem 0 .6rem; padding-bottom: .3rem; border-bottom: 1px solid var(--line); }
h4 { font-size: .85rem; margin: .5rem 0 .1rem; }
h3 { font-size: 1rem; margin: 0 0 .4rem; }
code { font: .82em ui-monospace, Menlo, Consolas, monospace; overflow-wrap: anywhere; }
nav ul { list-style: none; display: flex; flex-wrap: wrap; gap: .2rem 1.2rem; padding: 0; margin: 1.2rem 0 0; }
a { color: var(--accent); }
.verdict { display: inline-block; margin: 0 0 1.2rem; padding: .35rem .8rem; border-radius: .4rem; font-weight: 600; border: 1px solid currentColor; }
.verdict.good { color: var(--good); } .verdict.bad { color: var(--bad); }
.figures { display: grid; grid-template-columns: repeat(auto-fit, minmax(7.4rem, 1fr)); gap: .6rem; margin: 0 0 1rem; }
.figures div { background: var(--wash); border-radius: .4rem; padding: .55rem .75rem; }
.figures dt { color: var(--dim); font-size: .8rem; } .figures dd { margin: 0; font-size: 1.15rem; font-weight: 600; }
.chain, .sources, .note, figcaption, .nothing { color: var(--dim); font-size: .87rem; }
.sources { padding-left: 1.1rem; margin: .4rem 0; overflow-wrap: anywhere; }
figure { margin: 1.6rem 0 2.2rem; } figcaption { margin-top: .4rem; max-width: 52rem; }
.nothing { background: var(--wash); border-radius: .4rem; padding: .9rem; }
.legend { list-style: none; display: flex; flex-wrap: wrap; gap: .1rem 1.1rem; margin: 0 0 .5rem; padding: 0; font-size: .8rem; color: var(--dim); }
.legend li { display: flex; align-items: center; gap: .4rem; }
.scroll { overflow-x: auto; } .scroll > svg { display: block; width: 100%; min-width: 45rem; height: auto; }
text { fill: var(--dim); font-size: 12px; } .label { font-size: 12.5px; } .panel { fill: var(--ink); font-size: 13px; font-weight: 600; } .none { font-style: italic; }
.grid { stroke: var(--line); } .axis { stroke: var(--dim); }
.stage-0 { fill: var(--s0); stroke: var(--s0); } .stage-1 { fill: var(--s1); stroke: var(--s1); } .stage-2 { fill: var(--s2); stroke: var(--s2); }
.stage-3 { fill: var(--s3); stroke: var(--s3); } .stage-4 { fill: var(--s4); stroke: var(--s4); } .stage-5 { fill: var(--s5); stroke: var(--s5); }
.stage-6 { fill: var(--s6); stroke: var(--s6); }
rect[class^=stage] { stroke: none; }
.line { fill: none; stroke-width: 2.4; } .line.stage-0 { stroke-dasharray: 2 3; }
.line.stage-1, .line.stage-3, .line.stage-5 { stroke-dasharray: 7 3; }
.lost { fill: var(--warn); } .cropped { fill: var(--ink); } .bar:hover, .cell:hover, .pair:hover { opacity: .75; }
.share-5 { fill: var(--h5); } .share-4 { fill: var(--h4); } .share-3 { fill: var(--h3); } .share-2 { fill: var(--h2); } .share-1 { fill: var(--h1); } .share-0 { fill: var(--h0); }
.cell { stroke: var(--paper); stroke-width: .6; }
.whisker { stroke: var(--accent); stroke-width: 1.5; } .box { stroke: var(--accent); stroke-width: 6; opacity: .4; } .mark { stroke: var(--accent); stroke-width: 2; }
.median, .rate-dot { fill: var(--accent); } .most { fill: var(--paper); stroke: var(--accent); stroke-width: 1.4; }
line.expected { stroke: var(--ink); stroke-width: 2; } rect.expected { fill: var(--ink); }
.suspicious .whisker { stroke: var(--warn); } .suspicious .median, .suspicious-dot { fill: var(--warn); }
.first { fill: var(--s1); } .second { fill: var(--s2); }
table { border-collapse: collapse; width: 100%; font-size: .85rem; margin: .4rem 0 1rem; }
th, td { padding: .32rem .6rem; text-align: left; border-bottom: 1px solid var(--line); vertical-align: top; overflow-wrap: anywhere; }
#findings td.text + td.text { min-width: 16rem; }
th { color: var(--dim); font-weight: 600; white-space: nowrap; } .number { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
.grade { display: inline-block; padding: 0 .5rem; border-radius: .3rem; font-weight: 600; white-space: nowrap; border: 1px solid currentColor; font-size: .8rem; }
.grade.proof { color: var(--bad); } .grade.evident { color: var(--accent); } .grade.not-attributable { color: var(--dim); }
details { margin: .3rem 0; } summary { cursor: pointer; color: var(--accent); } pre { overflow-x: auto; font-size: .78rem; background: var(--wash); padding: .6rem; margin: .3rem 0; white-space: pre-wrap; overflow-wrap: anywhere; }
.tip { position: fixed; z-index: 9; pointer-events: none; white-space: pre-line; max-width: 22rem; padding: .4rem .6rem; border-radius: .35rem; background: var(--ink); color: var(--paper); font-size: .8rem; overflow-wrap: anywhere; }
@media print { :root { color-scheme: light; } body { max-width: none; padding: 0; font-size: 11px; } figure { break-inside: avoid; } nav, .tip { display: none; }
  .scroll { overflow: visible; } .scroll > svg { min-width: 0; } * { print-color-adjust: exact; -webkit-print-color-adjust: exact; } }
`
