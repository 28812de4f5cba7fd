import type { Location, Region } from "sarif";
import { encodePath } from "../../report/url.ts";

/** Id of the base that all paths are relative to. */
export const ROOT = "ROOT";

/** A place in a report, from 1; without an end it is a line, or a point on it. */
export interface Span {
	readonly file: string;
	readonly line: number;
	readonly column?: number;
	readonly endLine?: number;
	readonly endColumn?: number;
	readonly function?: string;
}

/** Turns a place into a location, with the function around it where that is known. */
export function toLocation(span: Span): Location {
	return {
		physicalLocation: { artifactLocation: toArtifact(span.file), region: toRegion(span) },
		...(span.function !== undefined && span.function !== "" && { logicalLocations: [{ name: span.function, kind: "function" }] }),
	};
}

/** Names a file by a URI relative to the root. */
export function toArtifact(file: string): { uri: string; uriBaseId: string } {
	return { uri: encodePath(file), uriBaseId: ROOT };
}

/** Turns a place into a region; lines below 1 do not exist there. */
export function toRegion({ line, column, endLine, endColumn }: Span): Region {
	return {
		startLine: Math.max(1, line),
		...(column !== undefined && { startColumn: Math.max(1, column) }),
		...(endLine !== undefined && { endLine: Math.max(1, endLine) }),
		...(endColumn !== undefined && { endColumn: Math.max(1, endColumn) }),
	};
}
