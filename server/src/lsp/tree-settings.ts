import { InputError } from "../workspace/input-error.ts";
import type { TreeSession } from "../workspace/session.ts";
import type { Configuration } from "./configuration.ts";
import type { Folders } from "./folders.ts";

/** Tells each tree the settings that count for it, once, and the user what is wrong with the settings file of the tree itself. */
export class TreeSettings {
	readonly #configuration: Configuration;
	readonly #folders: Folders;
	#configured = new WeakMap<TreeSession, Promise<void>>();
	/** What was last wrong with the settings file of a tree. */
	readonly #problems = new WeakMap<TreeSession, string>();

	constructor(configuration: Configuration, folders: Folders) {
		this.#configuration = configuration;
		this.#folders = folders;
	}

	/** Resolves when the tree was told its settings; never rejects for what a user wrote. */
	configure(session: TreeSession): Promise<void> {
		const known = this.#configured.get(session);
		if (known !== undefined) return known;
		const configured = this.#configuration.for(this.#folders.scopeOfTree(session.root)).then((settings) => {
			// Asked again meanwhile: what comes late must not undo what came before it.
			if (this.#configured.get(session) !== configured) return;
			try {
				session.setSettings(settings.tree);
			} catch (error) {
				if (!(error instanceof InputError)) throw error;
				this.#configuration.complain(`setting ${error.message}`);
			}
		});
		this.#configured.set(session, configured);
		return configured;
	}

	/** Settings have changed: each tree has to be told anew. */
	reset(): void {
		this.#configured = new WeakMap();
	}

	/** Shows what is wrong with the settings file of a tree, whenever that is something new. */
	showProblem(session: TreeSession): void {
		const { problem } = session;
		const last = this.#problems.get(session);
		if (problem === last) return;
		if (last !== undefined) this.#configuration.forget(last);
		if (problem === undefined) {
			this.#problems.delete(session);
		} else {
			this.#problems.set(session, problem);
			this.#configuration.complain(problem);
		}
	}
}
