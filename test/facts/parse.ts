/** Facts of a C text, for tests. */

import type { ParsedText, Pieces } from "../../server/src/facts/index.ts";
import { extractFacts } from "../../server/src/facts/index.ts";
import type { Expr, FileFacts, FunctionFacts, Stmt } from "../../server/src/facts/types.ts";
import { makeReader } from "../../server/src/workspace/extract.ts";
import { loadTestSyntax } from "../syntax/load.ts";

const syntax = await loadTestSyntax();

/** The facts of a text. */
export function factsOf(text: string): FileFacts {
	const parsed = syntax.parse(text);
	if ("failure" in parsed) throw new Error(parsed.why);
	try {
		return extractFacts(parsed, syntax.parse);
	} finally {
		parsed.delete();
	}
}

const reader = makeReader(syntax);

/** A text cut into pieces; see {@link Reader.read}. */
export function readPieces(text: string, before?: Pieces, readAgain?: () => string): Pieces {
	return reader.read(text, before, readAgain);
}

/** The facts of a text as the grammar alone sees it. */
export function rawFacts(text: string): FileFacts {
	const parse = (piece: string): ParsedText => {
		const tree = syntax.parseRaw(piece);
		if ("failure" in tree) throw new Error(tree.why);
		return { tree, text: piece, normalised: piece, delete: () => tree.delete() };
	};
	const parsed = parse(text);
	try {
		return extractFacts(parsed, parse);
	} finally {
		parsed.delete?.();
	}
}

/** The first function of a text. */
export function functionOf(text: string): FunctionFacts {
	const found = factsOf(text).functions[0];
	if (found === undefined) throw new Error("no function");
	return found;
}

/** The statements of a function body. */
export function bodyOf(body: string): readonly Stmt[] {
	return functionOf(`void f(void)\n{\n${body}\n}\n`).body;
}

/** The first expression statement of a function body. */
export function exprOf(text: string): Expr {
	const stmt = bodyOf(`${text};`)[0];
	if (stmt?.s !== "expr") throw new Error(`not an expression: ${JSON.stringify(stmt)}`);
	return stmt.expr;
}

/** An expression as a short text with all its grouping, to compare with. */
export function show(expr: Expr): string {
	switch (expr.e) {
		case "name":
			return expr.name;
		case "literal":
			return expr.text;
		case "field":
			return `${show(expr.base)}${expr.arrow ? "->" : "."}${expr.field}`;
		case "index":
			return `${show(expr.base)}[${show(expr.index)}]`;
		case "call":
			return `${show(expr.callee)}(${expr.args.map(show).join(", ")})`;
		case "unary":
			return `(${expr.op}${show(expr.arg)})`;
		case "binary":
		case "assign":
			return `(${show(expr.left)} ${expr.op} ${show(expr.right)})`;
		case "conditional":
			return `(${show(expr.test)} ? ${expr.then === undefined ? "" : show(expr.then)} : ${show(expr.else)})`;
		case "cast":
			return `cast<${showType(expr.type)}>(${show(expr.arg)})`;
		case "type":
			return `type<${showType(expr.type)}>`;
		case "initializer":
			return `${expr.type === undefined ? "" : showType(expr.type)}{ ${expr.entries.map((entry) => `${entry.path ?? ""}=${show(entry.value)}`).join(", ")} }`;
		case "block":
			return `({ ${expr.body.map(showStmt).join(" ")} })`;
		case "opaque":
			return `opaque<${expr.names.join(" ")}>`;
	}
}

/** A type as a short text. */
export function showType(type: FunctionFacts["returns"]): string {
	const stars = "*".repeat(type.stars);
	if (type.kind === "function") {
		return `fn${stars}(${(type.params ?? []).map((param) => showType(param.type)).join(", ")}) -> ${type.returns === undefined ? "" : showType(type.returns)}`;
	}
	return `${type.kind === "name" ? "" : `${type.kind} `}${type.name}${stars}`;
}

/** A statement as a short text. */
export function showStmt(stmt: Stmt): string {
	const list = (body: readonly Stmt[]): string => `{ ${body.map(showStmt).join(" ")} }`;
	switch (stmt.s) {
		case "expr":
			return `${show(stmt.expr)};`;
		case "declare":
			return `${stmt.static ? "static " : ""}${showType(stmt.type)} ${stmt.name}${stmt.init === undefined ? "" : ` = ${show(stmt.init)}`};`;
		case "if":
			return `if ${show(stmt.test)} ${list(stmt.then)} else ${list(stmt.else)}`;
		case "loop": {
			const head = [
				stmt.init.map(showStmt).join(" "),
				stmt.test === undefined ? "" : show(stmt.test),
				stmt.step === undefined ? "" : show(stmt.step),
			];
			return `${stmt.kind}[${head.join(" | ")}] ${list(stmt.body)}`;
		}
		case "switch":
			return `switch ${show(stmt.value)} ${list(stmt.body)}`;
		case "case":
			return stmt.value === undefined ? "default:" : `case ${show(stmt.value)}:`;
		case "label":
			return `${stmt.name}:`;
		case "goto":
			return `goto ${stmt.label};`;
		case "return":
			return stmt.value === undefined ? "return;" : `return ${show(stmt.value)};`;
		case "break":
		case "continue":
			return `${stmt.s};`;
		case "block":
			return list(stmt.body);
		case "arms":
			return `#arms ${stmt.arms.map(list).join(" ")}`;
		case "hole":
			return `hole<${stmt.why}>`;
	}
}
