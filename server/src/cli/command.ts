/** What a command may touch of the world, so that a test can hand in another. */
export interface Io {
	readonly cwd: string;
	readonly env: Readonly<Record<string, string | undefined>>;
	readonly stdoutIsTerminal: boolean;
	/** Reads standard input to its end. */
	readStdin(): Uint8Array;
	writeOut(text: string | Uint8Array): void;
	writeError(text: string): void;
}

export const STATUS = { clean: 0, findings: 1, error: 2 } as const;
export type Status = (typeof STATUS)[keyof typeof STATUS];

/** One command of the program. */
export interface Command {
	readonly name: string;
	/** One line for the list of commands. */
	readonly summary: string;
	/** What `--help` prints. */
	readonly help: string;
	/**
	 * @param args what stands behind the command's name
	 * @throws InputError for what the user must mend
	 */
	run(args: readonly string[], io: Io): Promise<Status>;
}
