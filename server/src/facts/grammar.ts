/** The kinds of nodes of a grammar, and how the walk treats each. */

import type { SyntaxLanguage } from "./tree.ts";

export const errorKind = 0xffff;
export const missingKind = 0xfffe;

/** How the walk treats a kind. */
export const Walk = {
	/** Look inside. */
	inner: 0,
	/** A leaf: ask where it stands. */
	leaf: 1,
	/** A token whose text is its name. */
	token: 2,
	/** A leaf made of letters, digits and `_`. */
	word: 3,
	/** Leave out. */
	comment: 4,
	/** Look inside; it may end behind its last child. */
	open: 5,
	/** As `open`, and its children are items of their own: each may be broken while the others are whole. */
	list: 6,
} as const;

/** Kinds of one grammar: names as one shared string each, so that comparing them is comparing pointers. */
export interface Grammar {
	readonly names: readonly string[];
	readonly named: Uint8Array;
	/** {@link Walk} of each kind. */
	readonly walk: Uint8Array;
	/** For a kind that always ends with the same child: the name of that child's kind. */
	readonly lastChild: readonly (string | undefined)[];
	/** For a kind that always has the same number of children besides comments: that number. 0 for others. */
	readonly childCount: Uint8Array;
	/** What {@link Grammar.names} holds at `.`, `->` and `field_identifier`. */
	readonly dot: number;
	readonly arrow: number;
	readonly fieldName: number;
	readonly fieldExpression: number;
}

const words = new Set("identifier type_identifier field_identifier statement_identifier primitive_type true false null".split(" "));

/** Kinds whose inside is of no use here (directives are read off the text). */
const leaves = new Set(
	"number_literal string_literal char_literal system_lib_string preproc_arg preproc_directive preproc_def preproc_function_def preproc_call preproc_include preproc_defined storage_class_specifier type_qualifier variadic_parameter enumerator_list attribute_specifier".split(
		" ",
	),
);

/** The last child of kinds that end with the same one whenever they are whole. */
const lastChildren: Readonly<Record<string, string>> = {
	argument_list: ")",
	parameter_list: ")",
	parenthesized_expression: ")",
	expression_statement: ";",
	return_statement: ";",
	declaration: ";",
	field_declaration: ";",
	goto_statement: ";",
	compound_statement: "}",
	initializer_list: "}",
	field_declaration_list: "}",
	subscript_expression: "]",
	call_expression: "argument_list",
};

/** The number of children of kinds that always have as many whenever they are whole. */
const childCounts: Readonly<Record<string, number>> = {
	binary_expression: 3,
	comma_expression: 3,
	assignment_expression: 3,
	pointer_expression: 2,
	unary_expression: 2,
	update_expression: 2,
	init_declarator: 3,
	cast_expression: 4,
	else_clause: 2,
	while_statement: 3,
	switch_statement: 3,
	field_designator: 2,
};

const grammars = new WeakMap<SyntaxLanguage, Grammar>();

/** The kinds of a grammar; made once for each. */
export function readGrammar(language: SyntaxLanguage): Grammar {
	const known = grammars.get(language);
	if (known !== undefined) return known;
	const names: string[] = [];
	const count = language.types.length;
	const named = new Uint8Array(0x10000);
	const walk = new Uint8Array(0x10000);
	const childCount = new Uint8Array(0x10000);
	const lastChild: (string | undefined)[] = [];
	for (let id = 0; id < count; id++) {
		// A property key is an interned string; the one that came out of WebAssembly is not.
		const name = Object.keys({ [`${language.types[id] ?? ""}`]: 0 })[0] ?? "";
		names[id] = name;
		named[id] = language.nodeTypeIsNamed(id) ? 1 : 0;
		walk[id] = walkOf(name, named[id] === 1);
	}
	for (let id = 0; id < count; id++) {
		const name = names[id] ?? "";
		lastChild[id] = named[id] === 1 ? lastChildren[name] : undefined;
		childCount[id] = named[id] === 1 ? (childCounts[name] ?? 0) : 0;
	}
	names[errorKind] = "ERROR";
	named[errorKind] = 1;
	walk[errorKind] = Walk.open;
	names[missingKind] = "MISSING";
	named[missingKind] = 1;
	const grammar = {
		names,
		named,
		walk,
		lastChild,
		childCount,
		dot: names.indexOf("."),
		arrow: names.indexOf("->"),
		fieldName: names.indexOf("field_identifier"),
		fieldExpression: names.indexOf("field_expression"),
	};
	grammars.set(language, grammar);
	return grammar;
}

function walkOf(name: string, named: boolean): number {
	if (name === "comment") return Walk.comment;
	if (!named) return /^[^\s\\]+$/.test(name) && !name.startsWith("#") ? Walk.token : Walk.leaf;
	if (words.has(name)) return Walk.word;
	if (leaves.has(name)) return Walk.leaf;
	if (name === "translation_unit" || /^preproc_(?:if|ifdef|else|elif|elifdef)$/.test(name)) return Walk.list;
	return name.startsWith("preproc_") ? Walk.open : Walk.inner;
}
