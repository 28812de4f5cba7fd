import type { Transport } from "../lsp/start.ts";
import { InputError } from "../workspace/input-error.ts";
import { parseArguments } from "./arguments.ts";
import type { Command, Io, Status } from "./command.ts";
import { VERSION } from "./version.ts";

const HELP = `mm-lifetime lsp --stdio | --node-ipc | --socket=PORT | --pipe=NAME

The language server, for editors. It ends with its client: with status 0 after a shutdown, else with 1.

  --stdio                 talk over standard input and output
  --node-ipc              talk over the channel of the Node process that started this one
  --socket=PORT           connect to a client that listens on this port of this machine
  --pipe=NAME             connect to a client that listens on this pipe or Unix socket
  --clientProcessId=PID   end when this process does (editors give it)
`;

export const LSP: Command = { name: "lsp", summary: "the language server, for editors", help: HELP, run: runServer };

async function runServer(args: readonly string[], _io: Io): Promise<Status> {
	const { values, positionals } = parseArguments(args, {
		stdio: { type: "boolean", default: false },
		"node-ipc": { type: "boolean", default: false },
		socket: { type: "string" },
		pipe: { type: "string" },
		clientProcessId: { type: "string" },
	});
	const transports: Transport[] = [
		...(values.stdio ? [{ kind: "stdio" } as const] : []),
		...(values["node-ipc"] ? [{ kind: "node-ipc" } as const] : []),
		...(values.socket === undefined ? [] : [{ kind: "socket", port: readPort(values.socket) } as const]),
		...(values.pipe === undefined ? [] : [{ kind: "pipe", name: values.pipe } as const]),
	];
	const [transport, ...others] = transports;
	if (positionals.length > 0) throw new InputError(`lsp: takes no PATH ("${positionals[0]}")`);
	if (transport === undefined || others.length > 0)
		throw new InputError("lsp: takes one of --stdio, --node-ipc, --socket=PORT, --pipe=NAME");
	// Loaded only here: the other commands start faster without it.
	const { startServer } = await import("../lsp/start.ts");
	await startServer(transport, VERSION);
	// The server ends the process itself.
	return new Promise(() => undefined);
}

function readPort(text: string): number {
	const port = Number(text);
	if (Number.isInteger(port) && port > 0 && port < 65536) return port;
	throw new InputError(`lsp: option '--socket' must be a port number, not "${text}"`);
}
