/** Where statements end: facts say where they begin. */

/** Offset past the blanks, comments and line ends at an offset. */
export function skipBlanks(text: string, at: number): number {
	const blank = /(?:\s+|\/\*[\s\S]*?\*\/|\/\/[^\n]*)*/y;
	blank.lastIndex = at;
	blank.test(text);
	return blank.lastIndex;
}

const LITERAL = /"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|\/\*[\s\S]*?\*\/|\/\/[^\n]*/y;

/** Offset past the bracket that closes the one at an offset; undefined when none does. */
export function closing(text: string, at: number): number | undefined {
	let depth = 0;
	for (let i = at; i < text.length; i++) {
		LITERAL.lastIndex = i;
		if (LITERAL.test(text)) {
			i = LITERAL.lastIndex - 1;
			continue;
		}
		const letter = text[i] as string;
		if ("([{".includes(letter)) depth++;
		else if (")]}".includes(letter) && --depth === 0) return i + 1;
	}
	return undefined;
}

/** Offset past the statement that begins at an offset: a block, or all up to its semicolon. */
export function endOfStatement(text: string, at: number): number | undefined {
	if (text[at] === "{") return closing(text, at);
	if (/^(?:if|while|for|switch)\b/.test(text.slice(at, at + 8))) return undefined;
	for (let i = at; i < text.length; i++) {
		LITERAL.lastIndex = i;
		if (LITERAL.test(text)) i = LITERAL.lastIndex - 1;
		else if (text[i] === ";") return i + 1;
		else if ("([{".includes(text[i] as string)) i = (closing(text, i) ?? text.length) - 1;
	}
	return undefined;
}

/** An `if` without an `else`. */
export interface Guard {
	readonly start: number;
	readonly end: number;
	/** Of the condition, its brackets left out. */
	readonly test: { readonly start: number; readonly end: number };
}

/** The `if` that begins at an offset; undefined when it has an `else`, or does not end in view. */
export function guardAt(text: string, start: number): Guard | undefined {
	const head = /^if\s*\(/.exec(text.slice(start, start + 20));
	if (!head) return undefined;
	const open = start + head[0].length - 1;
	const close = closing(text, open);
	if (close === undefined) return undefined;
	const end = endOfStatement(text, skipBlanks(text, close));
	if (end === undefined || text.startsWith("else", skipBlanks(text, end))) return undefined;
	return { start, end, test: { start: open + 1, end: close - 1 } };
}
