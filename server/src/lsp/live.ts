/** Answers that stand in the editor until it asks again: which of them have been given, and which no longer hold. */

import { createHash } from "node:crypto";
import type { Judged } from "./trees.ts";

/** A kind of answer that is made of what is known of one document alone. */
export interface LiveFeature<T> {
	/** All there is to say of the document, not only of the range that was asked for; nothing when it is not judged. */
	build(judged: Judged | undefined): readonly T[];
	/** Makes the client ask again. */
	refresh(): Promise<void>;
}

interface Given {
	readonly version: number | null;
	readonly id: string;
}

/** Keeps what was given to the client, and makes it ask again when that no longer holds. */
export class LiveAnswers {
	readonly #given = new Map<LiveFeature<unknown>, Map<string, Given>>();

	/** Makes an answer and notes that it is given; its id names its content. */
	give<T>(feature: LiveFeature<T>, uri: string, judged: Judged | undefined): { readonly items: readonly T[]; readonly id: string } {
		const items = feature.build(judged);
		const id = identify(items);
		const given = this.#given.get(feature) ?? new Map<string, Given>();
		this.#given.set(feature, given.set(uri, { version: judged?.version ?? null, id }));
		return { items, id };
	}

	/** The document is closed: nothing stands in the editor any more. */
	forget(uri: string): void {
		for (const given of this.#given.values()) given.delete(uri);
	}

	/** Documents for which something was given. */
	get uris(): readonly string[] {
		return [...new Set([...this.#given.values()].flatMap((given) => [...given.keys()]))];
	}

	/**
	 * Says which features' answers for a document no longer hold. One that was edited since does not count: its editor asks by itself.
	 * @param judged what is known of it now
	 */
	findStale(uri: string, judged: Judged | undefined): readonly LiveFeature<unknown>[] {
		return [...this.#given].flatMap(([feature, byUri]) => {
			const given = byUri.get(uri);
			const isSettled = given !== undefined && (judged === undefined || given.version === judged.version);
			return isSettled && given.id !== identify(feature.build(judged)) ? [feature] : [];
		});
	}
}

/** Names an answer by its content, so that equal ones have equal names, whatever led to them. */
export function identify(answer: unknown): string {
	return createHash("sha1").update(JSON.stringify(answer)).digest("base64url");
}
