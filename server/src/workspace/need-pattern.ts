import type { Need } from "../analysis/snapshot.ts";
import { escapeRegex } from "./glob.ts";

/** A regular expression for bytes: the same language twice, as ripgrep and as JavaScript write it. */
export interface BytePattern {
	readonly ripgrep: string;
	readonly javascript: string;
}

/**
 * Makes the pattern that finds the files for a need. It works line by line and may find too much (a field of that name in another struct),
 * since a file that does not matter costs only its parsing.
 */
export function patternOfNeed(need: Need): BytePattern {
	switch (need.need) {
		case "name":
			return bothWays(`\\b${escapeRegex(need.name)}\\b`);
		case "tag": {
			const tag = escapeRegex(need.tag);
			// The brace may stand on the next line, an attribute before the tag, and a typedef's name behind the closing brace.
			return bothWays(`\\b(struct|union)\\b[^;(){}\n]*\\b${tag}${BLANK}*(\\{|/[/*]|__|\r?EOL)|\\}[^;{}\n]*\\b${tag}${BLANK}*[;,]`);
		}
		case "field": {
			const field = `(->|\\.)${BLANK}*${escapeRegex(need.field)}`;
			return bothWays(
				[
					// x->field = y; { .field = y }; x->field[i] = y
					`${field}${BLANK}*(\\[[^\\]\n]*\\]${BLANK}*)?=([^=\n]|EOL)`,
					// &x->field, but neither a && x->field nor &x->field->other
					`(^|[^&\n])&${BLANK}*[A-Za-z_(*][^&;,\n]*${field}${BLANK}*([^-.\\w \t\n]|EOL)`,
					// WRITE_ONCE(x->field, y), rcu_assign_pointer(x->field, y): macros that store to their first argument
					`\\b([A-Z_]{3,}|\\w*(assign|store|xchg|swap)\\w*)${BLANK}*\\([^;,\n]*${field}${BLANK}*,`,
				].join("|"),
			);
		}
		case "call":
			// x->field(y), (*x->field)(y)
			return bothWays(`(->|\\.)${BLANK}*${escapeRegex(need.field)}${BLANK}*\\)?${BLANK}*\\(`);
	}
}

/** Joins patterns so that what one of them matches is matched. */
export function joinPatterns(patterns: readonly BytePattern[]): BytePattern {
	return {
		ripgrep: patterns.map((pattern) => `(${pattern.ripgrep})`).join("|"),
		javascript: patterns.map((pattern) => `(?:${pattern.javascript})`).join("|"),
	};
}

/** Takes the source of a regular expression in the words that both engines share; returns both. `EOL` stands for the end of a line. */
export function bothWays(source: string): BytePattern {
	return {
		// Without (?-u) ripgrep would take \b and \w for those of Unicode, and would not look at bytes that are no UTF-8.
		ripgrep: `(?-u)${source.replaceAll("EOL", "$").replaceAll("\n", "\\n").replaceAll("\t", "\\t").replaceAll("\r", "\\r")}`,
		// With the flag m, $ would also match before a lone carriage return.
		javascript: source.replaceAll("(^|", "((?<![^\n])|").replaceAll("EOL", "(?![^\n])"),
	};
}

/** `\s` means other bytes to either engine. */
const BLANK = "[ \t]";
