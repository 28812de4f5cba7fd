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

/** The line for some work, of fewer characters than the terminal has columns: a full line would wrap. `total` 0: nobody knows how much there is. */
export function progressLine(what: string, done: number, total: number, columns: number): string {
	const text = total === 0 ? `${what} …` : `${what} ${Math.min(done + 1, total)} of ${total}`;
	return text.slice(0, Math.max(0, columns - 1));
}

/**
 * The terminal on standard error, if the line goes there: where the results go to the same terminal, or it cannot go back in a line, it
 * does not.
 * @param toFile whether the results go to a file
 */
export function terminalFor(
	toFile: boolean,
	io: Pick<Io, "env" | "stdoutIsTerminal">,
	stream: { readonly isTTY?: boolean; readonly columns?: number; write(text: string): unknown },
): Terminal | undefined {
	if (stream.isTTY !== true || (io.stdoutIsTerminal && !toFile) || io.env["TERM"] === "dumb") return undefined;
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
	const draw = (): void => {
		clearTimeout(timer);
		timer = undefined;
		if (next === shown) return;
		terminal.write(ERASE + next);
		shown = next;
		last = now();
	};
	return {
		tell: (what, done, total) => {
			if (ended) return;
			next = progressLine(what, done, total, terminal.columns);
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
