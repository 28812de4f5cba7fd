/** Structs and unions with their fields. */

import type { Comment } from "./comments.ts";
import { commentOfField } from "./comments.ts";
import { declaratorsOf, nameNodeOf, readSpecifiers, specifierOf, typeOf } from "./declarators.ts";
import { lineAt } from "./lines.ts";
import type { Source } from "./source.ts";
import { deepest, written } from "./source.ts";
import type { NodeId } from "./tree.ts";
import { none } from "./tree.ts";
import type { FieldFacts, StructFacts } from "./types.ts";

/** What the fields are described with. */
export interface FieldText {
	readonly comments: readonly Comment[];
	readonly lineStarts: Int32Array;
}

/** The struct or union at a specifier node. Structs inside it are reported through `source.nestedStruct`. */
export function readStruct(source: Source, node: NodeId, tag: string, text: FieldText): StructFacts {
	const { nodes } = source;
	const fields: FieldFacts[] = [];
	readFields(source, nodes.child(node, "field_declaration_list"), tag, text, fields, 0);
	return {
		kind: nodes.type(node) === "union_specifier" ? "union" : "struct",
		tag,
		line: lineAt(text.lineStarts, nodes.start(node)),
		fields,
	};
}

/** Adds the fields under a list, an `#if` arm or an ERROR node; all arms of an `#if` count. */
function readFields(source: Source, list: NodeId, tag: string, text: FieldText, into: FieldFacts[], depth: number): void {
	const { nodes } = source;
	if (list === none || depth > deepest) return;
	for (let child = nodes.first(list); child !== none; child = nodes.after(child, list)) {
		const type = nodes.type(child);
		if (type === "field_declaration") readField(source, child, tag, text, into, depth);
		else if (type.startsWith("preproc_") || type === "ERROR") readFields(source, child, tag, text, into, depth + 1);
	}
}

/** Adds the fields that one declaration declares. */
function readField(source: Source, node: NodeId, tag: string, text: FieldText, into: FieldFacts[], depth: number): void {
	const { nodes } = source;
	const declarators = declaratorsOf(source, node);
	const specifier = specifierOf(source, node);
	const first = declarators[0];
	if (first === undefined) {
		const list = specifier === none ? none : nodes.child(specifier, "field_declaration_list");
		if (list === none) return;
		// An anonymous member: its fields are the parent's. A tagged one declares its type besides.
		if (nodes.child(specifier, "type_identifier") === none) readFields(source, list, tag, text, into, depth + 1);
		else readSpecifiers(source, node, "");
		return;
	}
	const firstName = nameNodeOf(source, first);
	const base = readSpecifiers(source, node, `${tag}::${firstName === none ? "" : written(source, firstName)}`);
	const start = nodes.start(node);
	const comment = commentOfField(text.comments, source.text, text.lineStarts, start, nodes.end(node));
	for (const declarator of declarators) {
		const nameNode = nameNodeOf(source, declarator);
		if (nameNode === none) continue;
		const at = nodes.start(nameNode);
		const line = lineAt(text.lineStarts, at);
		into.push({
			name: written(source, nameNode),
			type: typeOf(source, base, declarator),
			line,
			column: at - (text.lineStarts[line] ?? 0),
			...(comment === undefined ? {} : { comment }),
		});
	}
}
