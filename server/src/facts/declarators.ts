/** Types and declarators: `struct foo *(*name)(int)` to a name and a {@link TypeRef}. */

import type { Source } from "./source.ts";
import { deepest, markAt, meaningful, written } from "./source.ts";
import type { NodeId } from "./tree.ts";
import { none } from "./tree.ts";
import type { Parameter, TypeRef } from "./types.ts";

const unknownType: TypeRef = { kind: "unknown", name: "", stars: 0 };

const specifierTypes = new Set([
	"struct_specifier",
	"union_specifier",
	"enum_specifier",
	"macro_type_specifier",
	"sized_type_specifier",
	"primitive_type",
	"type_identifier",
]);

const wrapperTypes = new Set(["pointer_declarator", "abstract_pointer_declarator", "array_declarator", "abstract_array_declarator"]);
const functionTypes = new Set(["function_declarator", "abstract_function_declarator"]);
const groupTypes = new Set([
	"parenthesized_declarator",
	"abstract_parenthesized_declarator",
	"attributed_declarator",
	"init_declarator",
	"function_declarator",
	"pointer_declarator",
	"array_declarator",
]);
const nameTypes = new Set(["identifier", "field_identifier", "type_identifier", "primitive_type"]);

/** Whether a node is a declarator of some shape (a bare name included). */
function isDeclarator(type: string): boolean {
	return type.endsWith("_declarator") || type === "identifier" || type === "field_identifier";
}

/** The type specifier among the children of a declaration, definition, parameter or type descriptor; `none` without one. */
export function specifierOf(source: Source, node: NodeId): NodeId {
	const { nodes } = source;
	for (let child = nodes.first(node); child !== none; child = nodes.after(child, node)) {
		if (specifierTypes.has(nodes.type(child))) return child;
	}
	return none;
}

/** The declarators of a declaration in order: what stands behind its type specifier. */
export function declaratorsOf(source: Source, node: NodeId): NodeId[] {
	const { nodes } = source;
	const found: NodeId[] = [];
	const specifier = specifierOf(source, node);
	const typedefs = nodes.type(node) === "type_definition";
	for (let child = nodes.first(node); child !== none; child = nodes.after(child, node)) {
		if (child <= specifier) continue;
		const type = nodes.type(child);
		if (isDeclarator(type) || (typedefs && nameTypes.has(type))) found.push(child);
	}
	return found;
}

/** The declarator inside a declarator, or `none` at a name or an abstract end. */
function innerOf(source: Source, node: NodeId): NodeId {
	const { nodes } = source;
	for (let child = nodes.first(node); child !== none; child = nodes.after(child, node)) {
		const type = nodes.type(child);
		if (isDeclarator(type) || nameTypes.has(type)) return child;
		if (type === "parameter_list" || type === "[" || type === "=") return none;
	}
	return none;
}

/** The name that a declarator declares; empty for an abstract one. */
export function nameOf(source: Source, declarator: NodeId): string {
	const node = nameNodeOf(source, declarator);
	return node === none ? "" : written(source, node);
}

/** The node of the name that a declarator declares, or `none`. */
export function nameNodeOf(source: Source, declarator: NodeId): NodeId {
	let node = declarator;
	for (let level = 0; node !== none && level < deepest; level++) {
		const type = source.nodes.type(node);
		if (nameTypes.has(type)) return node;
		if (!groupTypes.has(type)) return none;
		node = innerOf(source, node);
	}
	return none;
}

/** A type with `levels` more pointers or arrays around it. */
function wrap(type: TypeRef, levels: number): TypeRef {
	return levels === 0 ? type : { ...type, stars: type.stars + levels };
}

/** The type that a declarator gives its name when the specifiers before it say `base`. An `init_declarator` is its declarator. */
export function typeOf(source: Source, base: TypeRef, declarator: NodeId): TypeRef {
	let type = base;
	let node = declarator;
	for (let level = 0; node !== none && level < deepest; level++) {
		const kind = source.nodes.type(node);
		if (wrapperTypes.has(kind)) type = wrap(type, 1);
		else if (functionTypes.has(kind)) {
			type = { kind: "function", name: "", stars: 0, params: parametersOf(source, node).params, returns: type };
		}
		node = nameTypes.has(kind) ? none : innerOf(source, node);
	}
	return type;
}

/** The parameters of a function declarator. `(void)` has none; of an old-style list the types are not known. */
export function parametersOf(source: Source, declarator: NodeId): { params: Parameter[]; variadic: boolean } {
	const { nodes } = source;
	const params: Parameter[] = [];
	let variadic = false;
	const list = nodes.child(declarator, "parameter_list");
	for (const child of list === none ? [] : meaningful(source, list)) {
		const kind = nodes.type(child);
		if (kind === "variadic_parameter") variadic = true;
		else if (kind === "identifier") params.push({ name: written(source, child), type: unknownType });
		else if (kind === "parameter_declaration") {
			const declared = declaratorsOf(source, child)[0] ?? none;
			const base = readSpecifiers(source, child, "");
			const type = declared === none ? base : typeOf(source, base, declared);
			const name = declared === none ? "" : nameOf(source, declared);
			if (name !== "" || type.name !== "void" || type.stars > 0) params.push({ name, type });
		}
	}
	return { params, variadic };
}

/** The type that the specifiers of a declaration name. `anonymous` is the tag for a struct that has none. */
export function readSpecifiers(source: Source, node: NodeId, anonymous: string): TypeRef {
	const specifier = specifierOf(source, node);
	return specifier === none ? unknownType : readSpecifier(source, specifier, anonymous);
}

/** One type specifier. */
function readSpecifier(source: Source, node: NodeId, anonymous: string): TypeRef {
	const { nodes } = source;
	const kind = nodes.type(node);
	const typeofMark = markAt(source, node, "typeof");
	if (typeofMark !== undefined) {
		return { kind: "unknown", name: source.text.slice(nodes.start(node), typeofMark.end).replace(/\s+/g, " "), stars: 0 };
	}
	if (kind === "struct_specifier" || kind === "union_specifier" || kind === "enum_specifier") {
		const name = nodes.child(node, "type_identifier");
		const tag = name === none ? anonymous : written(source, name);
		const what = kind === "struct_specifier" ? "struct" : kind === "union_specifier" ? "union" : "enum";
		if (what !== "enum" && nodes.child(node, "field_declaration_list") !== none) source.nestedStruct(node, tag);
		return { kind: what, name: tag, stars: 0 };
	}
	const text = written(source, node);
	if (kind === "macro_type_specifier") return { kind: "unknown", name: text.replace(/\s+/g, " "), stars: 0 };
	const typeMark = markAt(source, node, "type");
	if (typeMark !== undefined) return typeFromText(source.text.slice(nodes.start(node), typeMark.end));
	return { kind: "name", name: kind === "sized_type_specifier" ? basicName(text) : text, stars: 0 };
}

/** `unsigned  const long` to `unsigned long`. */
function basicName(text: string): string {
	return text
		.split(/\s+/)
		.filter((word) => word !== "const" && word !== "volatile")
		.join(" ");
}

/** A type descriptor (`struct foo *` in a cast or `sizeof`). */
export function readDescriptor(source: Source, node: NodeId): TypeRef {
	const base = readSpecifiers(source, node, "");
	const declarator = declaratorsOf(source, node)[0];
	return declarator === undefined ? base : typeOf(source, base, declarator);
}

const tagged = /^(struct|union|enum)\s+(\w+)\s*((?:[*\s]|\bconst\b|\[[^\]]*\])*)$/;
const plain = /^([A-Za-z_]\w*(?:\s+[A-Za-z_]\w*)*)\s*((?:[*\s]|\bconst\b|\[[^\]]*\])*)$/;

/** A type read from its text: what the dialect pass put another token in place of. */
export function typeFromText(text: string): TypeRef {
	const bare = text
		.replace(/\b(?:const|volatile)\b/g, " ")
		.replace(/\s+/g, " ")
		.trim();
	const match = tagged.exec(bare);
	if (match !== null) return { kind: asKind(match[1]), name: match[2] ?? "", stars: countLevels(match[3] ?? "") };
	const name = plain.exec(bare);
	if (name !== null) return { kind: "name", name: name[1] ?? "", stars: countLevels(name[2] ?? "") };
	return { kind: "unknown", name: bare, stars: 0 };
}

function asKind(keyword: string | undefined): TypeRef["kind"] {
	return keyword === "struct" || keyword === "union" || keyword === "enum" ? keyword : "unknown";
}

function countLevels(suffix: string): number {
	return suffix.match(/[*[]/g)?.length ?? 0;
}

const basicWords = new Set(
	"void char short int long float double signed unsigned bool _Bool size_t ssize_t __int128 u8 u16 u32 u64 s8 s16 s32 s64 __u8 __u16 __u32 __u64 __s8 __s16 __s32 __s64".split(
		" ",
	),
);

/** Whether a text where an expression stands is a type: begins with `struct`, `union`, `enum`, a qualifier or a basic type. */
export function looksLikeType(text: string): boolean {
	const first = /^[A-Za-z_]\w*/.exec(text)?.[0];
	if (first === undefined) return false;
	if (basicWords.has(first)) return true;
	if (!/^(?:struct|union|enum|const|volatile)$/.test(first)) return false;
	return /^\w+\s+[A-Za-z_]/.test(text);
}
