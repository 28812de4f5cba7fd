/** A plain C lexer, independent of the parser: finds the calls of given names, those in macro bodies included. */

export interface LexedCall {
	readonly name: string;
	readonly offset: number;
	/** From 1. */
	readonly line: number;
	/** Offset of the `#` of the `#define` whose body holds the call. */
	readonly macro?: number;
}

/** Words in front of `name (` that leave it a call; any other word makes it a declaration. */
const BEFORE_CALL = new Set("return else do case goto sizeof __extension__ in".split(" "));
/** Words in front of a macro invocation that declares something. */
const BEFORE_INVOCATION = new Set("static extern __maybe_unused __used".split(" "));
const TYPE_OPERATORS = new Set("typeof __typeof__ __typeof typeof_unqual __unqual_scalar_typeof".split(" "));

const Last = { none: 0, word: 1, punct: 2, literal: 3 } as const;

const WORD = new Uint8Array(128);
for (let code = 0; code < 128; code++) if (/[A-Za-z0-9_$]/.test(String.fromCharCode(code))) WORD[code] = 1;

function isWordCode(code: number): boolean {
	return code < 128 ? WORD[code] === 1 : code > 159;
}

/** Past the comment at `at`. */
function skipComment(text: string, at: number): number {
	if (text.charCodeAt(at + 1) === 42) {
		const close = text.indexOf("*/", at + 2);
		return close < 0 ? text.length : close + 2;
	}
	for (let from = at; ; ) {
		const newline = text.indexOf("\n", from);
		if (newline < 0) return text.length;
		if (!/\\\r?$/.test(text.slice(Math.max(at, newline - 2), newline))) return newline;
		from = newline + 1;
	}
}

/** Past the string or character at `at`; one that is left open ends with its line. */
function skipLiteral(text: string, at: number): number {
	const quote = text.charCodeAt(at);
	for (let i = at + 1; i < text.length; i++) {
		const code = text.charCodeAt(i);
		if (code === quote) return i + 1;
		if (code === 10) return i;
		if (code === 92) i++;
	}
	return text.length;
}

/** The newline that ends the directive at `at`. */
function skipDirective(text: string, at: number): number {
	for (let i = at; i < text.length; i++) {
		const code = text.charCodeAt(i);
		if (code === 10) return i;
		if (code === 92) i += text.charCodeAt(i + 1) === 13 ? 2 : 1;
		else if (code === 47 && (text.charCodeAt(i + 1) === 42 || text.charCodeAt(i + 1) === 47)) i = skipComment(text, i) - 1;
		else if (code === 34 || code === 39) i = skipLiteral(text, i) - 1;
	}
	return text.length;
}

interface Found {
	readonly name: string;
	readonly offset: number;
	readonly macro: number;
}

/** Where the lexer is among brackets; an `#else` goes back to what held at its `#if`. */
interface Level {
	depth: number;
	assigned: boolean;
	/** Depths of the parentheses of `typeof`, whose inside is not evaluated. */
	typeofDepth: number;
}

/** One scan of the stretch [from, to): a file, or the body of the macro whose `#` stands at `macro` (-1 for a file). */
class Scan {
	readonly text: string;
	readonly names: ReadonlySet<string>;
	readonly macro: number;
	readonly found: Found[];
	private level: Level = { depth: 0, assigned: false, typeofDepth: -1 };
	private readonly saved: { readonly before: Level; after: Level | undefined }[] = [];
	/** Only {@link BEFORE_INVOCATION} stands between the last end of an item and here. */
	private fresh = true;
	private externItem = false;
	private last: number = Last.none;
	private lastCode = 0;
	/** The last word, and what stood before it. */
	private wordStart = 0;
	private wordEnd = 0;
	private beforeWord: number = Last.none;
	private beforeCode = 0;
	private beforeText = "";
	private wordFresh = false;

	constructor(text: string, names: ReadonlySet<string>, macro: number, found: Found[]) {
		this.text = text;
		this.names = names;
		this.macro = macro;
		this.found = found;
	}

	run(from: number, to: number): void {
		const { text } = this;
		let lineStart = this.macro < 0;
		let i = from;
		while (i < to) {
			const code = text.charCodeAt(i);
			if (code === 10) {
				lineStart = this.macro < 0;
				i++;
			} else if (code === 32 || (code >= 9 && code <= 13)) i++;
			else if (code === 47 && (text.charCodeAt(i + 1) === 42 || text.charCodeAt(i + 1) === 47)) i = skipComment(text, i);
			else if (code === 92) i++;
			else if (code === 35 && lineStart) {
				const end = skipDirective(text, i);
				this.takeDirective(i, end);
				i = end;
			} else {
				lineStart = false;
				if (code === 34 || code === 39) {
					i = skipLiteral(text, i);
					this.last = Last.literal;
				} else if (isWordCode(code)) {
					const start = i;
					while (i < to && isWordCode(text.charCodeAt(i))) i++;
					this.takeWord(start, i);
				} else {
					this.takePunct(code, i);
					i++;
				}
			}
		}
	}

	private takeWord(start: number, end: number): void {
		this.beforeWord = this.last;
		this.beforeCode = this.lastCode;
		this.beforeText = this.last === Last.word ? this.text.slice(this.wordStart, this.wordEnd) : "";
		this.wordStart = start;
		this.wordEnd = end;
		this.wordFresh = this.fresh;
		this.last = Last.word;
		if (this.fresh) {
			const word = this.text.slice(start, end);
			if (word === "extern") this.externItem = true;
			if (!BEFORE_INVOCATION.has(word)) this.fresh = false;
		}
	}

	private endItem(): void {
		this.fresh = true;
		this.externItem = false;
		if (this.level.depth === 0) this.level.assigned = false;
	}

	private takePunct(code: number, at: number): void {
		const { level, text } = this;
		if (code === 40) {
			if (this.last === Last.word) this.takeCall();
			level.depth++;
		} else if (code === 41 || code === 93) {
			if (level.depth > 0) level.depth--;
			if (level.depth <= level.typeofDepth) level.typeofDepth = -1;
		} else if (code === 91) level.depth++;
		else if (code === 123) {
			// `extern "C" {` leaves what it holds at file level.
			if (!(level.depth === 0 && this.last === Last.literal)) this.openBrace(at);
			this.endItem();
		} else if (code === 125) {
			const column0 = this.macro < 0 && (at === 0 || text.charCodeAt(at - 1) === 10);
			level.depth = column0 ? 0 : Math.max(0, level.depth - 1);
			if (column0) level.typeofDepth = -1;
			this.endItem();
		} else if (code === 59) this.endItem();
		else {
			if (code === 61 && level.depth === 0) level.assigned = true;
			// A label's colon ends nothing but what stands before it.
			this.fresh = code === 58;
		}
		this.last = Last.punct;
		// `->` and `##` count as their second character and a mark that the first went before it.
		const joined = (code === 62 && text.charCodeAt(at - 1) === 45) || (code === 35 && text.charCodeAt(at - 1) === 35);
		this.lastCode = joined ? code + 1000 : code === 46 && text.charCodeAt(at - 1) === 46 ? 0 : code;
	}

	private openBrace(at: number): void {
		// Kernel style puts the braces of functions and structs into column 0.
		const column0 = this.macro < 0 && (at === 0 || this.text.charCodeAt(at - 1) === 10);
		this.level.depth = column0 ? 1 : this.level.depth + 1;
	}

	/** A word and `(`. */
	private takeCall(): void {
		const { level } = this;
		const name = this.text.slice(this.wordStart, this.wordEnd);
		if (TYPE_OPERATORS.has(name)) {
			if (level.typeofDepth < 0) level.typeofDepth = level.depth;
			return;
		}
		if (!this.names.has(name) || level.typeofDepth >= 0) return;
		if (this.beforeWord === Last.punct && (this.beforeCode === 46 || this.beforeCode > 1000)) return;
		const declared = this.beforeWord === Last.word && !BEFORE_CALL.has(this.beforeText);
		if (declared && !this.wordFresh) return;
		if (this.macro < 0) {
			if (level.depth === 0 && !level.assigned && !this.wordFresh && this.beforeText !== "return") return;
			if (this.externItem && !level.assigned) return;
		}
		this.found.push({ name, offset: this.wordStart, macro: this.macro });
	}

	private takeDirective(at: number, end: number): void {
		const head = /^#[ \t]*([a-z]*)/.exec(this.text.slice(at, at + 80));
		const word = head?.[1] ?? "";
		if (word === "define") this.takeDefine(at, end);
		else if (word === "if" || word === "ifdef" || word === "ifndef") this.saved.push({ before: { ...this.level }, after: undefined });
		else if (word === "else" || word.startsWith("elif")) {
			const top = this.saved.at(-1);
			if (top === undefined) return;
			top.after ??= { ...this.level };
			this.level = { ...top.before };
			this.fresh = true;
			this.externItem = false;
		} else if (word === "endif") {
			const top = this.saved.pop();
			if (top?.after !== undefined) this.level = { ...top.after };
		}
	}

	private takeDefine(at: number, end: number): void {
		const head = /#(?:[ \t]|\\\r?\n)*define(?:[ \t]|\\\r?\n)+\w+(?:\([^()]*\))?/y;
		head.lastIndex = at;
		if (!head.test(this.text)) return;
		new Scan(this.text, this.names, at, this.found).run(head.lastIndex, end);
	}
}

/**
 * Finds `name (` outside comments, strings and directives, and in the bodies of `#define`s.
 *
 * Not calls: definitions and prototypes (at file level, behind a type, in an `extern` declaration), calls through a field, what `##`
 * makes of two names, and what stands in the parentheses of `typeof`, which is not evaluated.
 * @returns the calls in order; macro bodies stand where their directive does.
 */
export function lexCalls(text: string, names: ReadonlySet<string>): LexedCall[] {
	const found: Found[] = [];
	new Scan(text, names, -1, found).run(0, text.length);
	let line = 1;
	let at = -1;
	return found.map(({ name, offset, macro }) => {
		for (let newline = text.indexOf("\n", at + 1); newline >= 0 && newline < offset; newline = text.indexOf("\n", at + 1)) {
			line++;
			at = newline;
		}
		return macro < 0 ? { name, offset, line } : { name, offset, line, macro };
	});
}
