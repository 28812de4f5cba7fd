/** How every request is answered: cancelled ones end, what fails is an error for the client and a line in its log, and nothing else. */

import { type CancellationToken, type Connection, ErrorCodes, LSPErrorCodes, ResponseError } from "vscode-languageserver/node";
import { describeError } from "../workspace/input-error.ts";

/** The document was edited while its answer was made. */
export class ContentModified extends Error {}

/**
 * Wraps what answers a request.
 * @param run may throw {@link ContentModified}; its signal fires when the client cancels
 * @param whenClosed what the client is told when the tree was closed on the way
 */
export function makeHandler<P, R, X extends readonly unknown[], E = void>(
	{ connection, stopped }: { readonly connection: Connection; readonly stopped: AbortSignal },
	run: (params: P, signal: AbortSignal, ...rest: X) => R | Promise<R>,
	whenClosed?: E,
): (params: P, token: CancellationToken, ...rest: X) => Promise<R | ResponseError<E>> {
	return async (params, token, ...rest) => {
		if (stopped.aborted) return new ResponseError<E>(ErrorCodes.InvalidRequest, "the server was shut down");
		const { signal, dispose } = toSignal(token);
		try {
			const result = await run(params, signal, ...rest);
			return signal.aborted ? cancelled<E>() : result;
		} catch (error) {
			if (signal.aborted) return cancelled<E>();
			if (isAbort(error)) return new ResponseError<E>(LSPErrorCodes.ServerCancelled, "the tree was closed", whenClosed);
			if (error instanceof TypeError && !namesDocument(params))
				return new ResponseError<E>(ErrorCodes.InvalidParams, "the parameters are not those of this request");
			if (error instanceof ContentModified) return new ResponseError<E>(LSPErrorCodes.ContentModified, "the document was edited");
			connection.console.error(describeFailure(error));
			return new ResponseError<E>(LSPErrorCodes.RequestFailed, describeError(error));
		} finally {
			dispose();
		}
	};
}

function namesDocument(params: unknown): boolean {
	return typeof params === "object" && params !== null && "textDocument" in params && Object(params.textDocument).uri !== undefined;
}

/** Does work that nobody waits for: what fails is a line in the client's log. */
export function runInBackground(connection: Connection, signal: AbortSignal, run: () => Promise<unknown>): void {
	run().catch((error: unknown) => {
		if (!signal.aborted && !isAbort(error) && !(error instanceof ContentModified)) connection.console.error(describeFailure(error));
	});
}

/** Says what went wrong inside this program, for a log. */
export function describeFailure(error: unknown): string {
	return error instanceof Error ? (error.stack ?? error.message) : String(error);
}

/** Whether work ended because nobody wants it any more: its document was edited again, or its tree was closed. */
function isAbort(error: unknown): boolean {
	return error instanceof Error && error.name === "AbortError";
}

function cancelled<E>(): ResponseError<E> {
	return new ResponseError<E>(LSPErrorCodes.RequestCancelled, "cancelled");
}

function toSignal(token: CancellationToken): { readonly signal: AbortSignal; readonly dispose: () => void } {
	const controller = new AbortController();
	if (token.isCancellationRequested) controller.abort();
	const listening = token.onCancellationRequested(() => controller.abort());
	return { signal: controller.signal, dispose: () => listening.dispose() };
}
