import { defineConfig } from "vitest/config";

/** Tests of the packaged extension, which `npm run package` makes with a tool from the network. */
export default defineConfig({
	test: { include: ["test/package/**/*.test.ts"], testTimeout: 60_000 },
});
