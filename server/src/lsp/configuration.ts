import { setTimeout } from "node:timers/promises";
import {
	type Connection,
	DidChangeConfigurationNotification,
	type Disposable,
	Emitter,
	MessageType,
	ShowMessageNotification,
} from "vscode-languageserver/node";
import type { ClientAbilities } from "./abilities.ts";
import { type ClientSettings, DEFAULT_SETTINGS, readSettings, SECTION } from "./settings.ts";

/** Milliseconds that others wait for the client to say its settings; until it does, the defaults count. */
const PATIENCE = 1000;

/** Settings as they count now: asked from the client for each folder, or, where it cannot be asked, what it last said. */
export class Configuration {
	readonly #connection: Connection;
	readonly #client: ClientAbilities;
	readonly #byScope = new Map<string, Promise<ClientSettings>>();
	/** Complaints that were shown: a bad value is told once. */
	readonly #told = new Set<string>();
	readonly #late = new Emitter<void>();
	#said: unknown;

	/** @param options `initializationOptions`: what counts until the client says something else, when it cannot be asked */
	constructor(connection: Connection, client: ClientAbilities, options: unknown) {
		this.#connection = connection;
		this.#client = client;
		this.#said = sectionOf(options) ?? options;
	}

	/** Asks the client to say when settings change, where it wants to be asked that. */
	async register(): Promise<void> {
		if (this.#client.registersConfiguration) {
			await this.#connection.client.register(DidChangeConfigurationNotification.type, { section: SECTION });
		}
	}

	/** Forgets what was known. @param said the settings in the notification, for clients that cannot be asked */
	change(said: unknown): void {
		this.#byScope.clear();
		if (!this.#client.configuration) this.#said = sectionOf(said) ?? this.#said;
	}

	/** Calls the listener when the client has said settings so late that others were told the defaults. */
	onLate(listener: () => void): Disposable {
		return this.#late.event(listener);
	}

	/** The settings for a folder or document; never rejects. */
	for(scopeUri: string): Promise<ClientSettings> {
		const known = this.#byScope.get(scopeUri);
		if (known !== undefined) return known;
		const answer = this.#ask(scopeUri).then((value) => this.#read(value));
		let isLate = false;
		const patience = setTimeout(PATIENCE, DEFAULT_SETTINGS, { ref: false }).then((otherwise) => {
			isLate = true;
			return otherwise;
		});
		const settings = Promise.race([answer, patience]);
		this.#byScope.set(scopeUri, settings);
		void answer.then(() => {
			if (!isLate || this.#byScope.get(scopeUri) !== settings) return;
			this.#byScope.set(scopeUri, answer);
			this.#late.fire();
		});
		return settings;
	}

	/** Shows a complaint about settings, the first time it comes up. */
	complain(problem: string): void {
		if (this.#told.has(problem)) return;
		this.#told.add(problem);
		void this.#connection.sendNotification(ShowMessageNotification.type, { type: MessageType.Warning, message: `mm-lifetime: ${problem}` });
	}

	/** What was complained about is no more: should it come up again, it is news. */
	forget(problem: string): void {
		this.#told.delete(problem);
	}

	async #ask(scopeUri: string): Promise<unknown> {
		if (!this.#client.configuration) return this.#said;
		try {
			return await this.#connection.workspace.getConfiguration({ scopeUri, section: SECTION });
		} catch {
			return undefined;
		}
	}

	#read(value: unknown): ClientSettings {
		const { settings, problems } = readSettings(value);
		for (const problem of problems) this.complain(`setting ${problem}`);
		return settings;
	}
}

function sectionOf(value: unknown): unknown {
	return typeof value === "object" && value !== null && SECTION in value ? value[SECTION] : undefined;
}
