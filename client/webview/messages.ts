/** What the view of a timeline and the extension tell each other; whatever else arrives is dropped. */

/** From the view: a step was chosen (by its number, from 1), or a button pressed. */
export type FromView = { readonly kind: "step"; readonly number: number } | { readonly kind: "svg" | "text" | "debug" };

/** To the view: show this step. */
export interface ToView {
	readonly kind: "show";
	readonly number: number;
}

/** Reads a message of the view. Out: undefined when it is none. */
export function readFromView(message: unknown): FromView | undefined {
	if (typeof message !== "object" || message === null || !("kind" in message)) return undefined;
	const { kind } = message;
	if (kind === "svg" || kind === "text" || kind === "debug") return { kind };
	if (kind !== "step" || !("number" in message) || !Number.isInteger(message.number)) return undefined;
	return { kind, number: Number(message.number) };
}
