/** The debug adapter: the protocol around a timeline. What threads, frames and variables are is said by the debuggee. */

import { basename } from "node:path";
import {
	Breakpoint,
	Event,
	InitializedEvent,
	LoggingDebugSession,
	Scope,
	Source,
	StackFrame,
	StoppedEvent,
	TerminatedEvent,
	Thread,
	Variable,
} from "@vscode/debugadapter";
import type { DebugProtocol } from "@vscode/debugprotocol";
import * as debuggee from "../../server/src/report/debuggee.ts";
import type { Timeline, TimelineStep } from "../../server/src/report/timeline.ts";
import { readDebuggee } from "./debug-input.ts";

/** Sent whenever the program stops, with the number of the step that was done: for views that show the same. */
export const STEP_EVENT = "mm-lifetime/step";

/** Reference of the one source that is no file: the interleaving as a text. */
const LISTING = 1;

const NOTHING: Timeline = { mms: [], lanes: [], steps: [], uses: [], isBroken: false };

/** A session over one interleaving, which comes with the launch request as JSON. */
export class TraceSession extends LoggingDebugSession {
	#timeline = NOTHING;
	/** Paths on this machine by paths in the trace. */
	#files: Readonly<Record<string, string>> = {};
	/** Index of the last step that was done. */
	#at = 0;
	#stops: ReadonlySet<debuggee.StopId> = new Set();
	readonly #lines = new Map<string, ReadonlySet<number>>();
	/** Variables with parts, by reference from 1; forgotten at each stop. */
	#parts: (readonly debuggee.Variable[])[] = [];

	constructor() {
		super();
		this.setDebuggerLinesStartAt1(true);
		this.setDebuggerColumnsStartAt1(true);
	}

	protected override initializeRequest(response: DebugProtocol.InitializeResponse): void {
		response.body = {
			supportsConfigurationDoneRequest: true,
			supportsStepBack: true,
			supportsRestartRequest: true,
			supportsExceptionInfoRequest: true,
			supportsEvaluateForHovers: false,
			exceptionBreakpointFilters: debuggee.STOPS.map(({ id, label }) => ({ filter: id, label, default: true })),
		};
		this.sendResponse(response);
	}

	protected override launchRequest(response: DebugProtocol.LaunchResponse, args: DebugProtocol.LaunchRequestArguments): void {
		const input = readDebuggee(args);
		if (input === undefined) {
			this.sendErrorResponse(response, { id: 1, format: "There is no interleaving to step through.", showUser: true });
			return;
		}
		this.#timeline = input.timeline;
		this.#files = input.files;
		this.sendResponse(response);
		// Breakpoints are verified against the trace: they are asked for once it is there.
		this.sendEvent(new InitializedEvent());
	}

	protected override configurationDoneRequest(response: DebugProtocol.ConfigurationDoneResponse): void {
		this.sendResponse(response);
		this.#stop("entry");
	}

	protected override restartRequest(response: DebugProtocol.RestartResponse): void {
		this.#at = 0;
		this.sendResponse(response);
		this.#stop("entry");
	}

	protected override setBreakPointsRequest(
		response: DebugProtocol.SetBreakpointsResponse,
		{ source, breakpoints = [] }: DebugProtocol.SetBreakpointsArguments,
	): void {
		const file = Object.keys(this.#files).find((name) => this.#files[name] === source.path);
		const lines = new Set(this.#timeline.steps.flatMap(({ place }) => (place !== undefined && place.file === file ? [place.line] : [])));
		const wanted = breakpoints.map(({ line }) => this.convertClientLineToDebugger(line));
		if (file !== undefined) this.#lines.set(file, new Set(wanted.filter((line) => lines.has(line))));
		response.body = {
			breakpoints: wanted.map((line) => {
				const breakpoint: DebugProtocol.Breakpoint = new Breakpoint(lines.has(line), this.convertDebuggerLineToClient(line));
				return lines.has(line) ? breakpoint : { ...breakpoint, message: "The trace does not pass this line." };
			}),
		};
		this.sendResponse(response);
	}

	protected override setExceptionBreakPointsRequest(
		response: DebugProtocol.SetExceptionBreakpointsResponse,
		{ filters }: DebugProtocol.SetExceptionBreakpointsArguments,
	): void {
		this.#stops = new Set(debuggee.STOPS.map(({ id }) => id).filter((id) => filters.includes(id)));
		this.sendResponse(response);
	}

	protected override continueRequest(response: DebugProtocol.ContinueResponse): void {
		response.body = { allThreadsContinued: true };
		this.#go(response, "continue");
	}

	protected override nextRequest(response: DebugProtocol.NextResponse): void {
		this.#go(response, "next");
	}

	protected override stepInRequest(response: DebugProtocol.StepInResponse): void {
		this.#go(response, "stepIn");
	}

	protected override stepOutRequest(response: DebugProtocol.StepOutResponse): void {
		this.#go(response, "stepOut");
	}

	protected override stepBackRequest(response: DebugProtocol.StepBackResponse): void {
		this.#go(response, "stepBack");
	}

	protected override reverseContinueRequest(response: DebugProtocol.ReverseContinueResponse): void {
		this.#go(response, "reverseContinue");
	}

	protected override sourceRequest(response: DebugProtocol.SourceResponse): void {
		response.body = { content: debuggee.listTrace(this.#timeline), mimeType: "text/plain" };
		this.sendResponse(response);
	}

	protected override threadsRequest(response: DebugProtocol.ThreadsResponse): void {
		response.body = { threads: debuggee.listThreads(this.#timeline).map(({ id, name }) => new Thread(id, name)) };
		this.sendResponse(response);
	}

	protected override stackTraceRequest(response: DebugProtocol.StackTraceResponse, { threadId }: DebugProtocol.StackTraceArguments): void {
		const frames = debuggee.listFrames(this.#timeline, this.#at, threadId);
		const stackFrames = frames.map((frame, depth) => this.#toFrame(frame, threadId * 100 + depth));
		response.body = { stackFrames, totalFrames: stackFrames.length };
		this.sendResponse(response);
	}

	protected override scopesRequest(response: DebugProtocol.ScopesResponse): void {
		const scopes = debuggee.listScopes(this.#timeline, this.#at);
		response.body = { scopes: scopes.map(({ name, children = [] }) => new Scope(name, this.#refer(children))) };
		this.sendResponse(response);
	}

	protected override variablesRequest(
		response: DebugProtocol.VariablesResponse,
		{ variablesReference }: DebugProtocol.VariablesArguments,
	): void {
		const variables = this.#parts[variablesReference - 1] ?? [];
		response.body = { variables: variables.map(({ name, value, children = [] }) => new Variable(name, value, this.#refer(children))) };
		this.sendResponse(response);
	}

	/** A watched expression is the name of a variable. */
	protected override evaluateRequest(response: DebugProtocol.EvaluateResponse, { expression }: DebugProtocol.EvaluateArguments): void {
		const known = debuggee.listScopes(this.#timeline, this.#at).flatMap(({ children = [] }) => children);
		const found = known.find(({ name }) => name === expression.trim());
		if (found === undefined) {
			this.sendErrorResponse(response, { id: 2, format: `No such variable; known are ${known.map(({ name }) => name).join(", ")}.` });
			return;
		}
		response.body = { result: found.value, variablesReference: this.#refer(found.children ?? []) };
		this.sendResponse(response);
	}

	protected override exceptionInfoRequest(response: DebugProtocol.ExceptionInfoResponse): void {
		const description = debuggee.noteAt(this.#timeline, this.#at) ?? "";
		response.body = { exceptionId: "use of an mm without page tables", description, breakMode: "always" };
		this.sendResponse(response);
	}

	#go(response: DebugProtocol.Response, move: debuggee.Move): void {
		this.sendResponse(response);
		const isBreakpoint = ({ place }: TimelineStep): boolean => place !== undefined && this.#lines.get(place.file)?.has(place.line) === true;
		const { at, why, text, isOver } = debuggee.go(this.#timeline, this.#at, move, this.#stops, isBreakpoint);
		this.#at = at;
		if (isOver) this.sendEvent(new TerminatedEvent());
		else this.#stop(why, text);
	}

	#stop(why: debuggee.Stop["why"] | "entry", text?: string): void {
		this.#parts = [];
		const step = this.#timeline.steps[this.#at];
		const event: DebugProtocol.StoppedEvent = new StoppedEvent(why, (step?.lane ?? 0) + 1, text);
		event.body.allThreadsStopped = true;
		if (text !== undefined) event.body.description = text;
		this.sendEvent(event);
		this.sendEvent(new Event(STEP_EVENT, { number: step?.number ?? 0 }));
	}

	#toFrame({ name, place, listed }: debuggee.Frame, id: number): StackFrame {
		const path = place && this.#files[place.file];
		if (place !== undefined && path !== undefined) {
			const [line, column] = [this.convertDebuggerLineToClient(place.line), this.convertDebuggerColumnToClient(place.column)];
			return new StackFrame(id, name, new Source(basename(place.file), path), line, column);
		}
		if (listed !== undefined) {
			const source: DebugProtocol.Source = { name: "interleaving", sourceReference: LISTING };
			return { ...new StackFrame(id, name), source, line: this.convertDebuggerLineToClient(listed) };
		}
		return Object.assign(new StackFrame(id, name), { presentationHint: "subtle" });
	}

	/** A number by which parts can be asked for; 0 where there are none. */
	#refer(parts: readonly debuggee.Variable[]): number {
		return parts.length === 0 ? 0 : this.#parts.push(parts);
	}
}
