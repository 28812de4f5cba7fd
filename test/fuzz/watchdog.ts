/** Notices work that does not end: a loop in this thread would keep every timer of the test runner from being heard. */

import { Worker } from "node:worker_threads";

/** More than any case takes, in milliseconds of computing: a machine that is busy with other things, or sleeps, proves nothing. */
const PATIENCE = 60_000;

/** Runs beside the tests, in a thread of its own: the process is ended when it has computed for too long since a case has begun. */
const WATCHER = `
	const { workerData: { beats, patience } } = require("node:worker_threads");
	const computed = () => { const { user, system } = process.cpuUsage(); return (user + system) / 1000; };
	let [seen, since] = [0, computed()];
	for (;;) {
		Atomics.wait(beats, 0, seen, patience);
		const now = Atomics.load(beats, 0);
		if (now === seen && beats[1] === 1 && computed() - since > patience) stop();
		if (now !== seen) [seen, since] = [now, computed()];
	}
	function stop() {
		require("node:fs").writeSync(2, "a case did not end within " + patience + " ms of computing: number " + seen + " since the last start\\n");
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
