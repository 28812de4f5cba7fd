import { REPORT_OPTIONS } from "./report-options.ts";

/** Options of `check`, as `node:util` takes them. */
export const CHECK_OPTIONS = {
	...REPORT_OPTIONS,
	diff: { type: "string" },
	patch: { type: "string" },
	baseline: { type: "string" },
	"write-baseline": { type: "string" },
	kbuild: { type: "boolean", default: false },
	root: { type: "string" },
	"no-root": { type: "boolean", default: false },
	exclude: { type: "string", multiple: true, default: [] as string[] },
	jobs: { type: "string" },
	cache: { type: "string" },
	"no-cache": { type: "boolean", default: false },
	"stdin-filename": { type: "string" },
} as const;
