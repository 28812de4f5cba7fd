/** The life of the server: transport, handshake, shutdown, and what goes wrong in between. */

import { connect, type Socket } from "node:net";
import {
	type Connection,
	createConnection,
	ErrorCodes,
	type InitializeError,
	type InitializeResult,
	IPCMessageReader,
	IPCMessageWriter,
	ResponseError,
	TextDocuments,
} from "vscode-languageserver/node";
import { TextDocument } from "vscode-languageserver-textdocument";
import { describeError, InputError } from "../workspace/input-error.ts";
import { describeCapabilities } from "./capabilities.ts";
import { finishHandshake, makeServer } from "./features.ts";
import { describeFailure, runInBackground } from "./handler.ts";
import type { Server } from "./server.ts";

/** How client and server talk. With a socket or pipe it is the client that listens. */
export type Transport =
	| { readonly kind: "stdio" }
	| { readonly kind: "node-ipc" }
	| { readonly kind: "socket"; readonly port: number }
	| { readonly kind: "pipe"; readonly name: string };

/**
 * Serves one client. The process ends with it: status 0 when the client has asked for a shutdown before, else 1.
 * @throws InputError when there is nobody to talk to
 */
export async function startServer(transport: Transport, version: string): Promise<void> {
	const stop = new AbortController();
	const leave = (): never => process.exit(stop.signal.aborted ? 0 : 1);
	const connection = await openConnection(transport, leave);
	surviveFailures(connection);
	serve(connection, version, stop);
}

/** Answers one client from its first message on. @param stop fired when the client asks for a shutdown */
export function serve(connection: Connection, version: string, stop: AbortController): void {
	const documents = new TextDocuments(TextDocument);
	let server: Server | undefined;
	connection.onInitialize((params): InitializeResult | ResponseError<InitializeError> => {
		if (server !== undefined) return new ResponseError(ErrorCodes.InvalidRequest, "initialized already", { retry: false });
		server = makeServer(connection, documents, params, stop.signal);
		return describeCapabilities(server.client, version);
	});
	connection.onInitialized(() => {
		const ready = server;
		if (ready !== undefined) runInBackground(connection, stop.signal, () => finishHandshake(ready));
	});
	connection.onShutdown(() => {
		stop.abort();
		server?.trees.close();
	});
	connection.onRequest((method) =>
		server === undefined
			? new ResponseError(ErrorCodes.ServerNotInitialized, "initialize comes first")
			: new ResponseError(ErrorCodes.MethodNotFound, `${method} is not known`),
	);
	documents.listen(connection);
	connection.listen();
}

async function openConnection(transport: Transport, leave: () => never): Promise<Connection> {
	switch (transport.kind) {
		case "stdio":
			// For a command a reader that has gone away has seen enough; a server has lost its client.
			process.stdout.removeAllListeners("error").on("error", leave);
			return createConnection(process.stdin, process.stdout);
		case "node-ipc":
			if (process.send === undefined) throw new InputError("lsp: --node-ipc needs a parent process that speaks it");
			process.on("disconnect", leave);
			return createConnection(new IPCMessageReader(process), new IPCMessageWriter(process));
		case "socket": {
			const socket = await openSocket(connect(transport.port, "127.0.0.1"), `port ${transport.port}`);
			return createConnection(socket, socket);
		}
		case "pipe": {
			const socket = await openSocket(connect(transport.name), transport.name);
			return createConnection(socket, socket);
		}
	}
}

function openSocket(socket: Socket, name: string): Promise<Socket> {
	return new Promise((resolve, reject) => {
		socket.once("error", (error) => reject(new InputError(`lsp: ${name}: ${describeError(error)}`)));
		socket.once("connect", () => resolve(socket));
	});
}

/** Failures are told to the client; whoever edits meanwhile must not lose the server over them. */
function surviveFailures(connection: Connection): void {
	process.removeAllListeners("uncaughtException");
	const tell = (error: unknown): void => connection.console.error(describeFailure(error));
	process.on("uncaughtException", tell);
	process.on("unhandledRejection", tell);
}
