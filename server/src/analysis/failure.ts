/** What is said where the checker itself fails on something: that costs what it was looking at, and nothing else. */

/** Why something was not judged, as a clause. */
export function describeFailure(error: unknown): string {
	return `the checker failed on it (${error instanceof Error ? error.message : String(error)})`;
}
