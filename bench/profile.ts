/** Times by stage, from a sampling profile of one bundle: each sample belongs to the stage whose code is innermost on the stack. */

/** A profile as V8 makes it; times in microseconds. */
export interface Profile {
	readonly nodes: readonly ProfileNode[];
	readonly samples?: readonly number[] | undefined;
	readonly timeDeltas?: readonly number[] | undefined;
}

export interface ProfileNode {
	readonly id: number;
	readonly callFrame: { readonly functionName: string; readonly url: string; readonly lineNumber: number };
	readonly children?: readonly number[] | undefined;
}

/** Stages in the order of the work, and the modules that do it. What stands in none counts for the stage that has called it. */
const STAGES: readonly (readonly [stage: string, modules: RegExp])[] = [
	["walk", /^workspace\/(files|plan|root|glob)\.ts$/],
	["search", /^workspace\/(search|ripgrep|need-pattern|word-table|byte-reader)\.ts$/],
	["read", /^workspace\/(sources|decode)\.ts$/],
	["parse", /^syntax\/parser\.ts$/],
	["dialect", /^syntax\//],
	["facts", /^facts\//],
	["program", /^program\//],
	["checker", /^checker\//],
	["model", /^model\//],
	["fixes", /^fixes\//],
];
/** These call functions of facts/ to go through facts: that is their own work. */
const READ_FACTS: ReadonlySet<string> = new Set(["program", "checker", "model", "fixes"]);
const GARBAGE = "garbage collection";
const WAITING = "waiting for other programs";
const ELSE = "all else";

/** Names of all stages, in the order of a table. */
export const STAGE_NAMES: readonly string[] = [...STAGES.map(([stage]) => stage), GARBAGE, WAITING, ELSE];

/** The stage that a module, by its path in server/src, does the work of. */
export function stageOfModule(module: string): string | undefined {
	return STAGES.find(([, modules]) => modules.test(module))?.[0];
}

/** Tells of each line of a bundle, from 0, which module of ours it comes from; the bundler names each module in a comment before it. */
export function modulesByLine(bundle: string): readonly (string | undefined)[] {
	let module: string | undefined;
	return bundle.split("\n").map((line) => {
		const named = /^\/\/ (\S+\.[cm]?[jt]s)$/.exec(line)?.[1];
		if (named !== undefined) module = /^server\/src\/(.+)$/.exec(named)?.[1];
		return module;
	});
}

/** Seconds of each stage, by name. */
export function secondsByStage(profile: Profile, modules: readonly (string | undefined)[], url: string): ReadonlyMap<string, number> {
	const stages = stagesOfNodes(profile.nodes, ({ callFrame }) => (callFrame.url === url ? modules[callFrame.lineNumber] : undefined));
	const seconds = new Map(STAGE_NAMES.map((stage) => [stage, 0]));
	for (const [index, id] of (profile.samples ?? []).entries()) {
		const stage = stages.get(id) ?? ELSE;
		seconds.set(stage, (seconds.get(stage) ?? 0) + (profile.timeDeltas?.[index] ?? 0) / 1e6);
	}
	return seconds;
}

function stagesOfNodes(nodes: readonly ProfileNode[], moduleOf: (node: ProfileNode) => string | undefined): ReadonlyMap<number, string> {
	const byId = new Map(nodes.map((node) => [node.id, node]));
	const stages = new Map<number, string>();
	const called = new Set(nodes.flatMap((node) => node.children ?? []));
	const open: (readonly [ProfileNode, string])[] = nodes.filter(({ id }) => !called.has(id)).map((node) => [node, ELSE]);
	for (const [node, caller] of open) {
		const stage = stageOf(node, moduleOf(node), caller);
		stages.set(node.id, stage);
		for (const id of node.children ?? []) {
			const child = byId.get(id);
			if (child !== undefined) open.push([child, stage]);
		}
	}
	return stages;
}

function stageOf(node: ProfileNode, module: string | undefined, caller: string): string {
	if (node.callFrame.functionName === "(garbage collector)") return GARBAGE;
	if (node.callFrame.functionName === "(idle)") return WAITING;
	const own = module === undefined ? undefined : stageOfModule(module);
	return own === undefined || (own === "facts" && READ_FACTS.has(caller)) ? caller : own;
}
