// Builds dist/: the program in one file, and beside it what it reads at run time.
import { chmodSync, copyFileSync, cpSync, existsSync, mkdirSync, readFileSync, rmSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

process.chdir(fileURLToPath(new URL(".", import.meta.url)));
const { version } = JSON.parse(readFileSync("package.json", "utf8"));

/** ESM: in CommonJS output `import.meta.url`, by which web-tree-sitter finds its files, would be empty. */
const options = {
	bundle: true,
	platform: "node",
	target: "node20",
	format: "esm",
	legalComments: "inline",
	logLevel: "warning",
	define: { MM_LIFETIME_VERSION: JSON.stringify(version) },
	banner: { js: "import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);" },
};

rmSync("dist", { recursive: true, force: true });
mkdirSync("dist");
await build({
	...options,
	entryPoints: ["server/src/cli/main.ts"],
	outfile: "dist/cli.js",
	banner: { js: `#!/usr/bin/env node\n${options.banner.js}` },
});
chmodSync("dist/cli.js", 0o755);
if (existsSync("bench/dialect.ts")) await build({ ...options, entryPoints: ["bench/dialect.ts"], outfile: "dist/bench-dialect.js" });
copyFileSync("node_modules/web-tree-sitter/web-tree-sitter.wasm", "dist/web-tree-sitter.wasm");
copyFileSync("node_modules/tree-sitter-c/tree-sitter-c.wasm", "dist/tree-sitter-c.wasm");
cpSync("docs/rules", "dist/rules", { recursive: true });
