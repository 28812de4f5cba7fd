import { copyOf, extractFacts, includeAt, type Pieces, type PiecesInput, TextPieces } from "../facts/index.ts";
import type { FileFacts, IncludeFacts } from "../facts/types.ts";
import { findPieces, type Outline, outline, Role, reoutline, type Syntax } from "../syntax/index.ts";
import { describeError } from "./input-error.ts";

/** Makes the pieces of texts. */
export interface Reader {
	/**
	 * Cuts a text. Never throws; what cannot be parsed costs the piece it stands in.
	 * @param readAgain reads it when it was forgotten; without it, it is kept
	 */
	read(text: string, before?: Pieces, readAgain?: () => string): Pieces;
	/** The same for a text that was cut before. It is asked for when a piece of it is. */
	restore(cuts: Outline, includes: readonly IncludeFacts[], readText: () => string): Pieces;
	/** How some pieces were cut. */
	outlineOf(pieces: Pieces): Outline | undefined;
}

/** Makes a reader; each text is parsed where somebody asks for its facts, and the trees are freed. */
export function makeReader(syntax: Syntax): Reader {
	const extract = (text: string): FileFacts => extractAlone(text, syntax);
	const outlines = new WeakMap<Pieces, Outline>();
	const make = (cuts: Outline, input: Pick<PiecesInput, "includes" | "text" | "readText">, before?: Pieces): Pieces => {
		const { postings } = cuts;
		const find: Pieces["find"] = (role, word) => findPieces(postings, Role[role], word);
		const pieces = new TextPieces({ ...input, cuts, find, postings, extract }, before instanceof TextPieces ? before : undefined);
		outlines.set(pieces, cuts);
		return pieces;
	};
	return {
		read: (text, before, readText) => {
			const known = before && outlines.get(before);
			const cuts = (known && before instanceof TextPieces ? reoutline(known, before.text, text) : undefined) ?? outline(text);
			return make(cuts, { includes: includesAt(text, cuts.directives), text, readText }, before);
		},
		restore: (cuts, includes, readText) => make(cuts, { includes, text: undefined, readText }),
		outlineOf: (pieces) => outlines.get(pieces),
	};
}

function includesAt(text: string, directives: Int32Array): readonly IncludeFacts[] {
	const includes: IncludeFacts[] = [];
	for (const at of directives) {
		const include = includeAt(text, at);
		if (include) includes.push({ ...include, path: copyOf(include.path) });
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
