/** Runs inside the view of a timeline: arrow keys and clicks choose a step, which is marked, said, and told to the extension. */

import type { FromView, ToView } from "./messages.ts";

declare function acquireVsCodeApi(): { postMessage(message: FromView): void; setState(state: number): void; getState(): unknown };

const editor = acquireVsCodeApi();
const view = document.getElementById("timeline");
const said = document.getElementById("said");
const rows = [...document.querySelectorAll<SVGGElement>("g.row[data-step]")];
/** Numbers of the steps, in order: each row is drawn in two layers. */
const numbers = [...new Set(rows.map((row) => Number(row.dataset["step"])))];
let at = 0;

/** Marks the step at an index, says it, and tells the extension unless that has asked for it. */
function show(index: number, isTold: boolean): void {
	at = Math.max(0, Math.min(numbers.length - 1, index));
	const number = numbers[at];
	if (number === undefined || view === null) return;
	for (const row of rows) row.classList.toggle("now", Number(row.dataset["step"]) === number);
	const now = rows.filter((row) => row.classList.contains("now"));
	const text = now.map((row) => row.querySelector("title")?.textContent ?? "").join("");
	view.setAttribute("aria-valuenow", String(number));
	view.setAttribute("aria-valuetext", text);
	if (said !== null) said.textContent = text;
	now[0]?.scrollIntoView({ block: "nearest" });
	editor.setState(number);
	if (isTold) editor.postMessage({ kind: "step", number });
}

/** Where each key leads from the step at an index. */
const KEYS: Readonly<Record<string, (index: number) => number>> = {
	ArrowDown: (index) => index + 1,
	ArrowRight: (index) => index + 1,
	ArrowUp: (index) => index - 1,
	ArrowLeft: (index) => index - 1,
	Home: () => 0,
	End: () => numbers.length - 1,
};

view?.addEventListener("keydown", (event) => {
	const lead = KEYS[event.key];
	if (lead === undefined || event.ctrlKey || event.altKey || event.metaKey) return;
	event.preventDefault();
	show(lead(at), true);
});

for (const row of rows) {
	row.addEventListener("click", () => {
		view?.focus();
		show(numbers.indexOf(Number(row.dataset["step"])), true);
	});
}

for (const kind of ["svg", "text", "debug"] as const) {
	document.getElementById(kind)?.addEventListener("click", () => editor.postMessage({ kind }));
}

window.addEventListener("message", ({ data }: MessageEvent<Partial<ToView> | null>) => {
	if (data?.kind === "show" && typeof data.number === "number") show(numbers.indexOf(data.number), false);
});

const before = editor.getState();
show(typeof before === "number" ? numbers.indexOf(before) : 0, false);
view?.focus();
