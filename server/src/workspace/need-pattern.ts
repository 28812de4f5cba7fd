import type { Need } from "../analysis/snapshot.ts";
import { escapeRegex } from "./glob.ts";

/** A need as a search sees it: a word to look for, and what else must be true of the line it stands on. */
export interface NeedPattern {
	readonly word: string;
	/** One of them stands in the file then, where a word ends. */
	readonly texts: readonly string[];
	/** Tested on each line that holds the word, without its line end; without it the word is enough. */
	readonly line?: RegExp;
	/** The word stands behind `->` or `.` then. */
	readonly member?: true;
	/** Of the first byte behind the word that is no blank, -1 for the end of the file: says whether it is worth to look at the line. */
	readonly mayFollow?: (byte: number) => boolean;
}

/**
 * Makes the pattern that finds the files for a need. It looks at one line at a time and may find too much (a field of that name in another
 * struct), since a file that does not matter costs only its parsing.
 */
export function patternOfNeed(need: Need): NeedPattern {
	switch (need.need) {
		case "name":
			return { word: need.name, texts: [need.name] };
		case "tag": {
			const tag = escapeRegex(need.tag);
			// The brace may stand on the next line, an attribute before the tag, and a typedef's name behind the closing brace.
			const line = `\\b(?:struct|union)\\b[^;(){}]*\\b${tag}${BLANK}*(?:\\{|/[/*]|__|$)|\\}[^;{}]*\\b${tag}${BLANK}*[;,]`;
			return { word: need.tag, texts: [need.tag], line: new RegExp(line) };
		}
		case "include": {
			// The last word of its name that stands before the ending is enough to look for.
			const word = /(\w+)\.\w+$/.exec(need.file)?.[1] ?? need.file;
			const ending = need.file.slice(need.file.lastIndexOf("."));
			const line = new RegExp(`^\\s*#\\s*include\\s*["<](?:[^">]*/)?${escapeRegex(need.file)}[">]`);
			return { word, texts: [word + ending], line };
		}
		case "field": {
			const field = `(?:->|\\.)${BLANK}?${escapeRegex(need.field)}\\b`;
			const stores = [
				// x->field = y; { .field = y }; x->field[i] = y
				`${field}${BLANK}*(?:\\[[^\\]]*\\]${BLANK}*)?=(?!=)`,
				// &x->field, but neither a && x->field nor &x->field->other
				`(?<!&)&${BLANK}*[A-Za-z_(*][^&;,]*${field}${BLANK}*(?![-.\\w \t])`,
				// WRITE_ONCE(x->field, y), rcu_assign_pointer(x->field, y): macros that store to their first argument
				`\\b(?:[A-Z_]{3,}|\\w*(?:assign|store|xchg|swap)\\w*)${BLANK}*\\([^;,]*${field}${BLANK}*,`,
			];
			return {
				word: need.field,
				texts: textsOfMember(need.field),
				line: new RegExp(stores.join("|")),
				member: true,
				mayFollow: (byte) => byte < 0 || BEHIND_STORED[byte] === 1,
			};
		}
		case "call":
			// x->field(y), (*x->field)(y)
			return {
				word: need.field,
				texts: textsOfMember(need.field),
				line: new RegExp(`(?:->|\\.)${BLANK}?${escapeRegex(need.field)}${BLANK}*\\)?${BLANK}*\\(`),
				member: true,
				mayFollow: (byte) => byte === OPEN || byte === CLOSE,
			};
	}
}

const BLANK = "[ \t]";
/** A shorter name of a member is looked for with what stands before it. */
const SHORT_MEMBER = 7;

function textsOfMember(field: string): readonly string[] {
	return field.length < SHORT_MEMBER ? ["->", ".", "-> ", ". ", "->\t", ".\t"].map((before) => before + field) : [field];
}

/** For each byte whether a member that is stored to may stand before it: behind `->` or `.` it is another member that is stored to. */
const BEHIND_STORED = Uint8Array.from({ length: 256 }, (_, byte) => (/[-.\w]/.test(String.fromCharCode(byte)) ? 0 : 1));
const OPEN = 40;
const CLOSE = 41;
