import { defineConfig } from "vitest/config";

/** Tests of the packaged extension, which `npm run package` makes with a tool from the network. */
export default defineConfig({
	test: {
		globalSetup: "test/private-cache.ts",
		include: ["test/package/**/*.test.ts"],
		testTimeout: 60_000,
	},
});
