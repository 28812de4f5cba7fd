import { readdirSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { modulesByLine, type ProfileNode, STAGE_NAMES, secondsByStage, stageOfModule } from "../../bench/profile.ts";

const BUNDLE_URL = "file:///dist/bench.js";
const BUNDLE = [
	"// node_modules/parser/index.js",
	"function native() {}",
	"// server/src/syntax/parser.ts",
	"function parse() {}",
	"// server/src/facts/walk.ts",
	"function walk() {}",
	"// server/src/checker/judge.ts",
	"function judge() {}",
	"  // server/src/model/explorer.ts is no line of its own",
	"// bench/stages.ts",
	"function main() {}",
].join("\n");

const PLACES = { native: 1, parse: 3, walk: 5, judge: 7, main: 10 } as const;

/** A node for each way through functions; ids count from 1 in the order of the ways. */
function makeNodes(ways: readonly (readonly string[])[]): readonly ProfileNode[] {
	return ways.map((way, index) => {
		const functionName = way.at(-1) ?? "";
		const lineNumber = functionName in PLACES ? PLACES[functionName as keyof typeof PLACES] : -1;
		const children = ways.flatMap((other, id) =>
			other.length === way.length + 1 && way.every((name, at) => other[at] === name) ? [id + 1] : [],
		);
		return { id: index + 1, callFrame: { functionName, url: lineNumber < 0 ? "" : BUNDLE_URL, lineNumber }, children };
	});
}

describe("each stage", () => {
	it("has a module that does its work", () => {
		const source = new URL("../../server/src", import.meta.url);
		const modules = readdirSync(source, { recursive: true, encoding: "utf8" }).map((path) => path.replaceAll("\\", "/"));
		const found = new Set(modules.map(stageOfModule));
		const ofTheRuntime = ["garbage collection", "waiting for other programs", "all else"];
		expect(STAGE_NAMES.filter((stage) => !found.has(stage))).toEqual(ofTheRuntime);
	});
});

describe("a profile", () => {
	it("knows the module of each line of a bundle", () => {
		const modules = modulesByLine(BUNDLE);
		expect(modules[PLACES.native]).toBeUndefined();
		expect(modules[PLACES.parse]).toBe("syntax/parser.ts");
		expect(modules[PLACES.judge]).toBe("checker/judge.ts");
		expect(modules[8]).toBe("checker/judge.ts");
		expect(modules[PLACES.main]).toBeUndefined();
	});

	it("counts each sample for the innermost stage", () => {
		const nodes = makeNodes([
			["(root)"],
			["(root)", "(garbage collector)"],
			["(root)", "(idle)"],
			["(root)", "main"],
			["(root)", "main", "parse"],
			["(root)", "main", "parse", "native"],
			["(root)", "main", "walk"],
			["(root)", "main", "walk", "native"],
			["(root)", "main", "walk", "parse"],
			["(root)", "main", "judge"],
			["(root)", "main", "judge", "walk"],
			["(root)", "main", "judge", "(garbage collector)"],
		]);
		const samples = nodes.map(({ id }) => id);
		const timeDeltas = samples.map((id) => 2 ** (id - 1) * 1e6);
		const seconds = secondsByStage({ nodes, samples, timeDeltas }, modulesByLine(BUNDLE), BUNDLE_URL);
		expect(seconds.get("parse")).toBe(16 + 32 + 256);
		expect(seconds.get("facts")).toBe(64 + 128);
		expect(seconds.get("checker")).toBe(512 + 1024);
		expect(seconds.get("garbage collection")).toBe(2 + 2048);
		expect(seconds.get("waiting for other programs")).toBe(4);
		expect(seconds.get("all else")).toBe(1 + 8);
		expect(seconds.get("model")).toBe(0);
		expect([...seconds.values()].reduce((sum, one) => sum + one, 0)).toBe(4095);
	});

	it("takes a line of another file for none of a bundle", () => {
		const [node] = makeNodes([["parse"]]);
		if (node === undefined) throw new Error("no node");
		const other = { ...node, callFrame: { ...node.callFrame, url: "node:fs" } };
		const seconds = secondsByStage({ nodes: [other], samples: [1], timeDeltas: [1e6] }, modulesByLine(BUNDLE), BUNDLE_URL);
		expect(seconds.get("all else")).toBe(1);
	});
});
