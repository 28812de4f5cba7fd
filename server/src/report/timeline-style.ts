/** How a timeline looks: colours as variables, light and dark, an editor's own where it is drawn in one. Shapes and hatches say the same. */

/** Class of the root element of every drawing. */
export const TIMELINE_CLASS = "mm-timeline";

const LIGHT = `
	--mm-fg: #1f2328; --mm-dim: #59636e; --mm-bg: #ffffff; --mm-line: #d1d9e0; --mm-lane: #59636e;
	--mm-whole: #0a69b5; --mm-going: #9a5b00; --mm-bad: #b3141d; --mm-bad-bg: #fdeaea; --mm-use: #d6e8f7; --mm-now: #fff3c4;`;
const DARK = `
	--mm-fg: #e6edf3; --mm-dim: #9da7b3; --mm-bg: #1b2027; --mm-line: #3d444d; --mm-lane: #9da7b3;
	--mm-whole: #58a6e8; --mm-going: #e3a336; --mm-bad: #ff7b72; --mm-bad-bg: #3c1d1f; --mm-use: #21405c; --mm-now: #46401f;`;
const EDITOR = `
	--mm-fg: var(--vscode-editor-foreground, var(--vscode-foreground)); --mm-bg: var(--vscode-editor-background);`;
const HIGH_CONTRAST = `
	--mm-dim: var(--mm-fg); --mm-lane: var(--mm-fg); --mm-line: var(--vscode-contrastBorder, var(--mm-fg)); --mm-bad-bg: transparent;
	--mm-use: transparent; --mm-now: transparent;`;

const SHAPES = `
.mm-timeline text { fill: var(--mm-fg); font: 12px ui-sans-serif, system-ui, -apple-system, "Segoe UI", "DejaVu Sans", sans-serif; }
.mm-timeline .code { font-family: ui-monospace, SFMono-Regular, Menlo, Consolas, "DejaVu Sans Mono", monospace; font-size: 12px; }
.mm-timeline .head { font-size: 11px; font-weight: 600; }
.mm-timeline .dim { fill: var(--mm-dim); font-size: 11px; }
.mm-timeline .branch .code { fill: var(--mm-dim); font-size: 11px; }
.mm-timeline .number { fill: var(--mm-dim); font-size: 11px; }
.mm-timeline .note { fill: var(--mm-bad); font-weight: 700; }
.mm-timeline .card { fill: var(--mm-bg); }
.mm-timeline .band { fill: transparent; }
.mm-timeline .bad .band { fill: var(--mm-bad-bg); }
.mm-timeline .row.now .band { fill: var(--mm-now); stroke: var(--mm-fg); stroke-width: 1; }
.mm-timeline .rule { stroke: var(--mm-line); stroke-width: 1; }
.mm-timeline .rail { stroke: var(--mm-line); stroke-width: 1; }
.mm-timeline .life { stroke: var(--mm-lane); stroke-width: 2; }
.mm-timeline .starts { stroke: var(--mm-lane); stroke-width: 1.5; stroke-dasharray: 3 3; fill: none; }
.mm-timeline .mark { fill: var(--mm-fg); stroke: var(--mm-bg); stroke-width: 1.5; }
.mm-timeline .branch .mark { fill: var(--mm-bg); stroke: var(--mm-lane); }
.mm-timeline .bad:not(.branch) .mark { fill: var(--mm-bad); }
.mm-timeline .use { stroke: var(--mm-whole); stroke-width: 1.5; }
.mm-timeline .use:not(.without) { fill: var(--mm-use); }
.mm-timeline .use.without { stroke: var(--mm-bad); stroke-width: 2; }
.mm-timeline .value { font-weight: 400; }
.mm-timeline .changed .value { font-weight: 700; }
.mm-timeline .chip { fill: var(--mm-bg); stroke: var(--mm-line); }
.mm-timeline .changed .chip { stroke: var(--mm-fg); stroke-width: 1.5; }
.mm-timeline .whole { fill: var(--mm-whole); }
.mm-timeline .going { stroke: var(--mm-going); stroke-width: 1.5; }
.mm-timeline .gone { fill: none; stroke: var(--mm-bad); stroke-width: 1.5; stroke-dasharray: 3 3; }
.mm-timeline .hatch-going { stroke: var(--mm-going); stroke-width: 3; }
.mm-timeline .hatch-bad { stroke: var(--mm-bad); stroke-width: 3; }
.mm-timeline .hatch-back { fill: var(--mm-bg); }
@media (forced-colors: active) { .mm-timeline { --mm-fg: CanvasText; --mm-dim: CanvasText; --mm-bg: Canvas; --mm-line: GrayText; } }
@media print { .mm-timeline { print-color-adjust: exact; } }
`;

/** The style of drawings that stand alone or on a page: light or dark as the reader's system is. */
export const TIMELINE_STYLE = `.mm-timeline {${LIGHT} }
@media (prefers-color-scheme: dark) { .mm-timeline {${DARK} } }${SHAPES}`;

/** The style of drawings for a reader whose theme is known. */
export const FIXED_TIMELINE_STYLES: Readonly<Record<"light" | "dark", string>> = {
	light: `.mm-timeline {${LIGHT} }${SHAPES}`,
	dark: `.mm-timeline {${DARK} }${SHAPES}`,
};

/** The style of drawings inside an editor, which says by classes of the body what kind of theme it shows. */
export const EDITOR_TIMELINE_STYLE = `.mm-timeline {${LIGHT}${EDITOR} }
.vscode-dark .mm-timeline, .vscode-high-contrast:not(.vscode-high-contrast-light) .mm-timeline {${DARK}${EDITOR} }
.vscode-high-contrast.vscode-high-contrast .mm-timeline.mm-timeline {${HIGH_CONTRAST} }${SHAPES}`;
