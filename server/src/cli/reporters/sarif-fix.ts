import type { Replacement, Fix as SarifFix } from "sarif";
import type { Fix, TextEdit } from "../../analysis/types.ts";
import { toArtifact, toRegion } from "./sarif-place.ts";

/** Turns a fix into what SARIF calls one: replacements file by file. */
export function makeFix({ title, edits }: Fix): SarifFix {
	const files = [...new Set(edits.map((edit) => edit.file))];
	return {
		description: { text: title },
		artifactChanges: files.map((file) => ({
			artifactLocation: toArtifact(file),
			replacements: edits.filter((edit) => edit.file === file).map(makeReplacement),
		})),
	};
}

function makeReplacement(edit: TextEdit): Replacement {
	return { deletedRegion: toRegion(edit), insertedContent: { text: edit.newText } };
}
