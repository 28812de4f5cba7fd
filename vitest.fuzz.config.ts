import { defineConfig } from "vitest/config";

/** Damaged input of every kind; a tenth of the cases, or all with FUZZ=full. */
export default defineConfig({
	test: {
		globalSetup: "test/private-cache.ts",
		include: ["test/fuzz/**/*.test.ts"],
		testTimeout: 600_000,
		maxWorkers: "100%",
	},
});
