/** From what the core says to what the protocol says, and back: lines and columns from 1 there, from 0 here; UTF-16 units in both. */

import {
	type Diagnostic,
	DiagnosticSeverity,
	type Location,
	type Position,
	type Range,
	TextDocumentEdit,
	type TextEdit,
	type WorkspaceEdit,
} from "vscode-languageserver/node";
import type { TextEdit as CoreEdit, Finding, Hole, Severity, TraceStep } from "../analysis/types.ts";
import { describeStepThere } from "../report/related.ts";

export const SOURCE = "mm-lifetime";

/** What a conversion has to know of the client and the tree. */
export interface Surroundings {
	/** The URI of a path of the tree. */
	uriOf(path: string): string;
	/** The version of an open document; null for a file that is not open. */
	versionOf(path: string): number | null;
}

export interface Span {
	readonly line: number;
	readonly column: number;
	readonly endLine: number;
	readonly endColumn: number;
}

export function toPosition(line: number, column: number): Position {
	return { line: Math.max(0, line - 1), character: Math.max(0, column - 1) };
}

export function toRange(span: Span): Range {
	return { start: toPosition(span.line, span.column), end: toPosition(span.endLine, span.endColumn) };
}

/** Returns line and column, from 1. */
export function fromPosition(position: Position): { readonly line: number; readonly column: number } {
	return { line: position.line + 1, column: position.character + 1 };
}

/** Says whether two ranges have a place in common; touching counts, as a caret is an empty range. */
export function touches(a: Range, b: Range): boolean {
	return !isBefore(a.end, b.start) && !isBefore(b.end, a.start);
}

function isBefore(a: Position, b: Position): boolean {
	return a.line < b.line || (a.line === b.line && a.character < b.character);
}

const SEVERITIES: Readonly<Record<Severity, DiagnosticSeverity>> = {
	error: DiagnosticSeverity.Error,
	warning: DiagnosticSeverity.Warning,
	information: DiagnosticSeverity.Information,
};

/**
 * Makes a diagnostic of a finding. Each step of its trace is related information at its line; a step of the kernel itself, which has no
 * line in the tree, stands at the finding.
 * @param options.page the URI of the rule's page
 */
export function toDiagnostic(
	finding: Finding,
	around: Surroundings,
	options: { readonly page: string | undefined; readonly related: boolean },
): Diagnostic {
	const range = toRange(finding);
	const locate = (step: TraceStep): Location =>
		step.file === "" || step.line < 1
			? { uri: around.uriOf(finding.file), range }
			: { uri: around.uriOf(step.file), range: toRange({ ...step, endLine: step.line, endColumn: step.column }) };
	return {
		range,
		severity: SEVERITIES[finding.severity],
		code: finding.rule,
		source: SOURCE,
		message: finding.message,
		data: { findingId: finding.id },
		...(options.page !== undefined && { codeDescription: { href: options.page } }),
		...(options.related &&
			finding.trace !== undefined && {
				relatedInformation: finding.trace.map((step) => ({ location: locate(step), message: describeStepThere(step) })),
			}),
	};
}

/** Makes a diagnostic of what was not understood: a file that cannot be read must not look like one in which all is well. */
export function toHoleDiagnostic(hole: Hole): Diagnostic {
	const start = { line: hole.line - 1, character: 0 };
	return { range: { start, end: start }, severity: DiagnosticSeverity.Information, code: "hole", source: SOURCE, message: hole.why };
}

/** Makes one workspace edit of edits in any number of files. */
export function toWorkspaceEdit(edits: readonly CoreEdit[], around: Surroundings, versioned: boolean): WorkspaceEdit {
	const byFile = new Map<string, TextEdit[]>();
	for (const edit of edits) {
		const here = byFile.get(edit.file) ?? [];
		here.push({ range: toRange(edit), newText: edit.newText });
		byFile.set(edit.file, here);
	}
	if (!versioned) return { changes: Object.fromEntries([...byFile].map(([file, here]) => [around.uriOf(file), here])) };
	return {
		documentChanges: [...byFile].map(([file, here]) =>
			TextDocumentEdit.create({ uri: around.uriOf(file), version: around.versionOf(file) }, here),
		),
	};
}
