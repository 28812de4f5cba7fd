/** How the page of a report looks. */

import { TIMELINE_STYLE } from "./timeline-style.ts";

export const PAGE_STYLE = `:root { color-scheme: light dark; --fg: #1f2328; --dim: #59636e; --bg: #f6f8fa; --card: #ffffff; --line: #d1d9e0; --link: #0a57b5;
	--good: #1a6e32; --warn: #8a5000; --bad: #b3141d; --open: #59636e; }
@media (prefers-color-scheme: dark) { :root { --fg: #e6edf3; --dim: #9da7b3; --bg: #11151a; --card: #1b2027; --line: #3d444d; --link: #79b8ff;
	--good: #6fd08c; --warn: #e3a336; --bad: #ff8d85; --open: #9da7b3; } }
* { box-sizing: border-box; }
body { margin: 0; background: var(--bg); color: var(--fg); font: 15px/1.5 ui-sans-serif, system-ui, -apple-system, "Segoe UI", "DejaVu Sans", sans-serif; }
header, main, footer { max-width: 62rem; margin: 0 auto; padding: 1rem 1.25rem; }
h1 { font-size: 1.5rem; margin: .5rem 0 .25rem; }
h2 { font-size: 1rem; margin: 0; display: inline; font-weight: 600; }
h3 { font-size: .95rem; margin: 1rem 0 .25rem; }
a { color: var(--link); }
code, pre, .place { font-family: ui-monospace, SFMono-Regular, Menlo, Consolas, "DejaVu Sans Mono", monospace; font-size: .9em; }
:focus-visible { outline: 2px solid var(--link); outline-offset: 2px; }
.dim { color: var(--dim); }
form { display: flex; flex-wrap: wrap; gap: .75rem 1.5rem; align-items: flex-end; margin: 1rem 0 .5rem; }
fieldset { border: 0; margin: 0; padding: 0; display: flex; flex-wrap: wrap; gap: .5rem; }
legend, label.above { display: block; font-size: .8rem; color: var(--dim); padding: 0; margin-bottom: .25rem; }
fieldset label { border: 1px solid var(--line); border-radius: 1rem; padding: .15rem .75rem .15rem .5rem; background: var(--card); cursor: pointer; }
button, input[type=search], select { font: inherit; color: inherit; background: var(--card); border: 1px solid var(--dim); border-radius: .35rem; padding: .3rem .6rem; }
input[type=search] { width: 18rem; max-width: 100%; }
.use { background: var(--card); border: 1px solid var(--line); border-radius: .5rem; margin: 0 0 .75rem; }
.use > summary { padding: .6rem .9rem; cursor: pointer; }
.use > .body { padding: 0 1rem 1rem; }
.use p { margin: .4rem 0; }
.badge { display: inline-block; min-width: 7.2rem; font-weight: 700; }
.held, .guarded { color: var(--good); } .uncommented, .claimed { color: var(--warn); } .exposed { color: var(--bad); } .unknown, .finding { color: var(--open); }
figure { margin: .75rem 0; overflow-x: auto; border: 1px solid var(--line); border-radius: .4rem; }
figure svg { display: block; }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; font-size: .88rem; } th, td { text-align: left; padding: .15rem .8rem .15rem 0; vertical-align: top; border-bottom: 1px solid var(--line); }
td.n, th.n { text-align: right; }
[hidden] { display: none !important; }
@media print { form { display: none; } .use { break-inside: avoid; } }
${TIMELINE_STYLE}`;
