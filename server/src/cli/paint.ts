import picocolors from "picocolors";
import type { Io } from "./command.ts";

/** Puts colour around text, or nothing. */
export type Paint = Readonly<Record<"bold" | "dim" | "red" | "yellow" | "cyan" | "green", (text: string) => string>>;

/**
 * Chooses between colour and plain text.
 * @param asked what the user said: `--color` or `--no-color`; else colour goes to a terminal, unless NO_COLOR is set
 */
export function choosePaint(asked: boolean | undefined, toFile: boolean, io: Io): Paint {
	const noColor = (io.env["NO_COLOR"] ?? "") !== "";
	return picocolors.createColors(asked ?? (io.stdoutIsTerminal && !toFile && !noColor));
}
