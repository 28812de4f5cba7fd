/** An interleaving as a code flow: what runs at the same time is a thread flow each, and `executionOrder` says how they mix. */

import type { CodeFlow, MultiformatMessageString, ThreadFlowLocation } from "sarif";
import type { TraceGraph, TraceStep } from "../../analysis/types.ts";
import { describeTables } from "../../report/state.ts";
import { type Moment, makeTimeline, type Timeline, type TimelineStep } from "../../report/timeline.ts";
import { toLocation } from "./sarif-place.ts";

/** Turns an interleaving into a code flow. @param isBroken whether its last step breaks the rule */
export function makeCodeFlow(trace: readonly TraceStep[], graphs: readonly TraceGraph[], isBroken: boolean): CodeFlow {
	const timeline = makeTimeline(trace, graphs, isBroken);
	const threads = timeline.lanes.flatMap((lane) => lane.threads.map((thread) => ({ lane, thread })));
	return {
		message: { text: isBroken ? "An interleaving that breaks the rule." : "An interleaving that shows what keeps the page tables alive." },
		threadFlows: threads.map(({ lane, thread }) => ({
			id: thread,
			message: { text: lane.title === thread ? thread : `${lane.title}: ${thread}` },
			locations: timeline.steps.filter(({ step }) => step.thread === thread).map((step) => makeStep(timeline, step)),
		})),
	};
}

function makeStep({ steps, mms, isBroken }: Timeline, entry: TimelineStep): ThreadFlowLocation {
	const { step, number, text, isBranch, moments } = entry;
	const isLast = isBroken && number === steps.length;
	return {
		location: { ...(step.file !== "" && toLocation(step)), message: { text } },
		executionOrder: number,
		importance: isLast ? "essential" : isBranch ? "unimportant" : "important",
		...(isBranch && { kinds: ["branch", step.branch === true ? "true" : "false"] }),
		state: Object.assign({}, ...moments.map((moment) => (moment === undefined ? {} : describeMoment(moment, mms.length > 1)))),
	};
}

function describeMoment({ mm, after }: Moment, nameMm: boolean): Readonly<Record<string, MultiformatMessageString>> {
	const prefix = nameMm ? `${mm}: ` : "";
	return {
		[`${prefix}mm_users`]: { text: String(after.users) },
		[`${prefix}mm_count`]: { text: String(after.count) },
		[`${prefix}page tables`]: { text: describeTables(after) },
	};
}
