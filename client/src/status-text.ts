/** What the status item says, as plain data. */

import { VERDICTS } from "../../server/src/analysis/types.ts";
import type { ServerStatus } from "./protocol.ts";

/** `stopped` and `starting` are seen by the client alone. */
export type KnownStatus = ServerStatus | "starting" | "stopped";

export interface StatusText {
	readonly text: string;
	readonly detail: string;
	readonly busy: boolean;
	readonly severity: "information" | "warning" | "error";
}

/** Says how far the search has come, and how many uses there are of each verdict, the worst first: `4 exposed, 5 held`. */
export function describeStatus(status: KnownStatus): StatusText {
	if (status === "starting") return { text: "mm-lifetime", detail: "starting", busy: true, severity: "information" };
	if (status === "stopped") return { text: "mm-lifetime", detail: "stopped", busy: false, severity: "error" };
	const { index } = status;
	const counts = VERDICTS.toReversed().flatMap((verdict) => {
		const count = status.uses[verdict] ?? 0;
		return count === 0 ? [] : [`${count} ${verdict}`];
	});
	const total = VERDICTS.reduce((sum, verdict) => sum + (status.uses[verdict] ?? 0), 0);
	const progress = index.state === "indexing" ? [`indexing ${index.what} ${index.done}/${index.total}`.replace(/\s+/g, " ")] : [];
	return {
		text: `mm-lifetime: ${total} use${total === 1 ? "" : "s"}`,
		detail: [...progress, ...counts].join(", "),
		busy: index.state === "indexing",
		severity: (status.uses.exposed ?? 0) > 0 ? "warning" : "information",
	};
}
