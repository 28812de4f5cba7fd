/** Notices work that does not end: a loop in this thread would keep every timer of the test runner from being heard. */

import { Worker } from "node:worker_threads";

/** Longer than any case takes on a slow machine, in milliseconds. */
const PATIENCE = 60_000;

/** Runs beside the tests, in a thread of its own: the process is ended when no case has begun for too long. */
const WATCHER = `
	const { workerData: { beats, patience } } = require("node:worker_threads");
	let seen = 0;
	for (;;) {
		Atomics.wait(beats, 0, seen, patience) === "timed-out" && beats[1] === 1 && stop();
		seen = Atomics.load(beats, 0);
	}
	function stop() {
		require("node:fs").writeSync(2, "a case did not end within " + patience + " ms: number " + seen + " since the last start\\n");
		process.kill(process.pid, "SIGKILL");
	}
`;

export interface Watchdog {
	/** Tells that a case begins. */
	beat(): void;
	/** Tells that nothing is under way any more. */
	stop(): Promise<void>;
}

/** Starts to watch; ends the process, with the number of the case on standard error, when one takes too long. */
export function startWatchdog(patience = PATIENCE): Watchdog {
	const beats = new Int32Array(new SharedArrayBuffer(8));
	const worker = new Worker(WATCHER, { eval: true, workerData: { beats, patience } });
	worker.unref();
	return {
		beat: () => {
			beats[1] = 1;
			Atomics.add(beats, 0, 1);
			Atomics.notify(beats, 0);
		},
		stop: async () => {
			beats[1] = 0;
			await worker.terminate();
		},
	};
}
