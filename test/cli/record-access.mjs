/** Loaded before the program: writes down which files it opens, which programs it starts, and whom it tries to talk to. */
import childProcess from "node:child_process";
import dgram from "node:dgram";
import dns from "node:dns";
import fs from "node:fs";
import { syncBuiltinESMExports } from "node:module";
import net from "node:net";

const append = fs.appendFileSync;
const record = (kind, what) => append(process.env.RECORD_ACCESS, `${JSON.stringify([kind, String(what)])}\n`);

const wrap = (holder, kind, names, describe = (args) => args[0]) => {
	for (const name of names) {
		const real = holder[name];
		if (typeof real !== "function") continue;
		holder[name] = function (...args) {
			record(kind, describe(args));
			return real.apply(this, args);
		};
	}
};
wrap(fs, "read", ["openSync", "open", "readFileSync", "readFile", "createReadStream", "readlinkSync", "opendirSync", "readdirSync"]);
wrap(fs.promises, "read", ["open", "readFile", "readdir"]);
wrap(childProcess, "start", ["spawn", "spawnSync", "exec", "execSync", "execFile", "execFileSync", "fork"]);
wrap(net.Socket.prototype, "network", ["connect"], (args) => JSON.stringify(args[0]));
wrap(net.Server.prototype, "network", ["listen"], (args) => JSON.stringify(args[0]));
wrap(dns, "network", ["lookup", "resolve"]);
wrap(dns.promises, "network", ["lookup", "resolve"]);
wrap(dgram, "network", ["createSocket"]);
wrap(globalThis, "network", ["fetch"]);
syncBuiltinESMExports();
