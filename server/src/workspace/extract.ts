import { extractFacts, includeAt, type Pieces, TextPieces } from "../facts/index.ts";
import type { FileFacts, IncludeFacts } from "../facts/types.ts";
import { findPieces, type Outline, outline, Role, type Syntax } from "../syntax/index.ts";
import { describeError } from "./input-error.ts";

/** Makes the pieces of texts. */
export interface Reader {
	/** Cuts a text, or takes the cuts that were made of it. Never throws; what cannot be parsed costs the piece it stands in. */
	read(text: string, before?: Pieces, cuts?: Outline): Pieces;
	/** The facts of a whole text at once. */
	extract(text: string): FileFacts;
}

/** Makes a reader; each text is parsed where somebody asks for its facts, and the trees are freed. */
export function makeReader(syntax: Syntax): Reader {
	const extract = (text: string): FileFacts => extractAlone(text, syntax);
	return {
		extract,
		read: (text, before, cuts = outline(text)) => {
			const { starts, ends, lines, functions, directives, postings } = cuts;
			return new TextPieces(
				{
					text,
					cuts: { starts, ends, lines, functions },
					includes: includesAt(text, directives),
					find: (role, word) => findPieces(postings, Role[role], word),
					postings,
					extract,
				},
				before instanceof TextPieces ? before : undefined,
			);
		},
	};
}

function includesAt(text: string, directives: Int32Array): readonly IncludeFacts[] {
	const includes: IncludeFacts[] = [];
	for (const at of directives) {
		const include = includeAt(text, at);
		if (include) includes.push(include);
	}
	return includes;
}

function extractAlone(text: string, syntax: Syntax): FileFacts {
	try {
		const parsed = syntax.parse(text);
		if ("failure" in parsed) return nothingBut(`not parsed: ${parsed.why}`);
		try {
			return extractFacts(parsed, (snippet) => syntax.parse(snippet));
		} finally {
			parsed.delete();
		}
	} catch (error) {
		return nothingBut(`not understood: ${describeError(error)}`);
	}
}

function nothingBut(why: string): FileFacts {
	const none: readonly never[] = [];
	return {
		includes: none,
		macros: none,
		structs: none,
		typedefs: none,
		prototypes: none,
		variables: none,
		functions: none,
		holes: [{ line: 0, why }],
	};
}
