import { fork } from "node:child_process";
import { once } from "node:events";
import {
	createProtocolConnection,
	ExitNotification,
	InitializedNotification,
	InitializeRequest,
	type InitializeResult,
	IPCMessageReader,
	IPCMessageWriter,
	ShutdownRequest,
} from "vscode-languageserver-protocol/node";

export interface Server {
	initialize(): Promise<InitializeResult>;
	/** Shuts the server down; returns its exit status. */
	end(): Promise<number>;
}

/** Starts the server as the extension does: forked, with the editor's own runtime. In: the path of the program. */
export function startServer(program: string): Server {
	const child = fork(program, ["lsp", "--node-ipc", `--clientProcessId=${process.pid}`], { silent: true });
	const connection = createProtocolConnection(new IPCMessageReader(child), new IPCMessageWriter(child));
	connection.listen();
	const exit = once(child, "exit").then(([status]: unknown[]) => Number(status ?? -1));
	const loss = exit.then((status): never => {
		throw new Error(`the server has left with status ${status}`);
	});
	loss.catch(() => undefined);
	return {
		async initialize() {
			const request = connection.sendRequest(InitializeRequest.type, {
				processId: process.pid,
				rootUri: null,
				workspaceFolders: null,
				capabilities: {},
			});
			const result = await Promise.race([request, loss]);
			await connection.sendNotification(InitializedNotification.type, {});
			return result;
		},
		async end() {
			await connection.sendRequest(ShutdownRequest.type);
			await connection.sendNotification(ExitNotification.type);
			return await exit;
		},
	};
}
