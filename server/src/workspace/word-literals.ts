/** Literal text out of the regular expressions for whole words, so that a search can look for that first. */

/** More alternatives than this are not written out. */
const MAX_LITERALS = 64;

/**
 * Finds texts of which each match of the regular expression holds at least one.
 * @param word of letters, `\w`, groups, alternatives and repetition only
 * @returns `undefined` when there are none, or too many
 */
export function literalsOf(word: string): readonly string[] | undefined {
	const parser = new Parser(word);
	const ways = parser.alternatives();
	if (ways === undefined || !parser.atEnd) return undefined;
	const literals = new Set(ways.map(longest));
	return literals.has("") ? undefined : [...literals];
}

/** The longest text that is part of all of them; may be empty. */
export function commonPart(texts: readonly string[]): string {
	const [first = "", ...others] = texts;
	for (let length = first.length; length > 0; length--) {
		for (let start = 0; start + length <= first.length; start++) {
			const part = first.slice(start, start + length);
			if (others.every((text) => text.includes(part))) return part;
		}
	}
	return "";
}

/** One way to match: pieces of literal text, with anything between them. */
type Way = readonly string[];

function longest(way: Way): string {
	return way.reduce((best, piece) => (piece.length > best.length ? piece : best), "");
}

class Parser {
	readonly #text: string;
	#at = 0;

	constructor(text: string) {
		this.#text = text;
	}

	get atEnd(): boolean {
		return this.#at === this.#text.length;
	}

	/** Reads `a|b|c`; `undefined` for what is not understood. */
	alternatives(): readonly Way[] | undefined {
		const ways: Way[] = [];
		for (;;) {
			const sequence = this.#sequence();
			if (sequence === undefined) return undefined;
			ways.push(...sequence);
			if (ways.length > MAX_LITERALS) return undefined;
			if (!this.#takes("|")) return ways;
		}
	}

	#sequence(): readonly Way[] | undefined {
		let ways: readonly Way[] = [[""]];
		while (!this.atEnd && !"|)".includes(this.#text.charAt(this.#at))) {
			const atom = this.#atom();
			if (atom === undefined) return undefined;
			const next = this.#repeated(atom);
			ways = ways.flatMap((way) => next.map((then) => joined(way, then)));
			if (ways.length > MAX_LITERALS) return undefined;
		}
		return ways;
	}

	#atom(): readonly Way[] | undefined {
		if (this.#takes("\\w")) return [ANYTHING];
		if (this.#takes("(")) {
			this.#takes("?:");
			const inside = this.alternatives();
			return inside !== undefined && this.#takes(")") ? inside : undefined;
		}
		const letter = this.#text.charAt(this.#at++);
		return /\w/.test(letter) ? [[letter]] : undefined;
	}

	#repeated(atom: readonly Way[]): readonly Way[] {
		const counted = /^\{\d+(?:,\d*)?\}/.exec(this.#text.slice(this.#at))?.[0];
		if (counted !== undefined) this.#at += counted.length;
		else if (!this.#takes("*") && !this.#takes("?")) {
			if (!this.#takes("+")) return atom;
			this.#takes("?");
			return atom.map((way) => joined(way, ANYTHING));
		}
		this.#takes("?");
		return [ANYTHING];
	}

	#takes(text: string): boolean {
		if (!this.#text.startsWith(text, this.#at)) return false;
		this.#at += text.length;
		return true;
	}
}

const ANYTHING: Way = ["", ""];

/** What matches one way and then the other: the last piece of the first and the first piece of the second are one. */
function joined(first: Way, second: Way): Way {
	return [...first.slice(0, -1), (first.at(-1) ?? "") + (second[0] ?? ""), ...second.slice(1)];
}
