/** One line on a terminal that says what is being done, written again and again over itself. */

import type { Reading } from "../workspace/open-tree.ts";
import type { Io } from "./command.ts";

/** Where the line is written. */
export interface Terminal {
	readonly columns: number;
	write(text: string): void;
}

/** What is told of the work, and the end of it. */
export interface Progress {
	readonly tell: Reading["progress"];
	/** Takes the line away. Nothing is shown from then on. */
	clear(): void;
}

/** Milliseconds between two lines. */
const INTERVAL = 100;
/** To the beginning of the line, which is emptied. */
const ERASE = "\r\u001b[K";

/** Millions of characters a second, once there is enough to tell. */
function rateOf(characters: number, milliseconds: number): string {
	return characters > 0 && milliseconds > 0 ? `, ${(characters / 1000 / milliseconds).toFixed(1)} MB/s` : "";
}

/** The line for some work, of fewer characters than the terminal has columns: a full line would wrap. `total` 0: nobody knows how much there is. */
export function progressLine(what: string, done: number, total: number, columns: number, rate = ""): string {
	const text = total === 0 ? `${what} …` : `${what} ${Math.min(done + 1, total)} of ${total}${rate}`;
	return text.slice(0, Math.max(0, columns - 1));
}

/**
 * The terminal on standard error, if there is one that can go back in a line. Results may go to the same: they are printed when the line
 * was taken away.
 */
export function terminalFor(
	env: Io["env"],
	stream: { readonly isTTY?: boolean; readonly columns?: number; write(text: string): unknown },
): Terminal | undefined {
	if (stream.isTTY !== true || env["TERM"] === "dumb") return undefined;
	return { columns: stream.columns ?? 80, write: (text) => stream.write(text) };
}

/** Shows what is told on the terminal, or nothing where there is none. @param now milliseconds */
export function showProgress(terminal: Terminal | undefined, now: () => number = () => performance.now()): Progress {
	if (terminal === undefined) return { tell: () => undefined, clear: () => undefined };
	let shown = "";
	let next = "";
	let last = Number.NEGATIVE_INFINITY;
	let timer: NodeJS.Timeout | undefined;
	let ended = false;
	/** When the work began that is being told of. */
	let begun = 0;
	const draw = (): void => {
		clearTimeout(timer);
		timer = undefined;
		if (next === shown) return;
		terminal.write(ERASE + next);
		shown = next;
		last = now();
	};
	return {
		tell: (what, done, total, characters = 0) => {
			if (ended) return;
			if (done === 0) begun = now();
			next = progressLine(what, done, total, terminal.columns, rateOf(characters, now() - begun));
			const wait = last + INTERVAL - now();
			if (wait <= 0) draw();
			/* a search says nothing more until it is over */ else timer ??= setTimeout(draw, wait).unref();
		},
		clear: () => {
			ended = true;
			clearTimeout(timer);
			if (shown !== "") terminal.write(ERASE);
			shown = "";
		},
	};
}
