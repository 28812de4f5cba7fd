// Builds dist/: the program (command line and server) and the extension, each in one file, and beside them what they read at run time.
// --production: as they are shipped, without what only development needs. --outdir=DIR: there instead.
import { chmodSync, copyFileSync, cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { build } from "esbuild";

process.chdir(fileURLToPath(new URL(".", import.meta.url)));
const { production, outdir } = parseArgs({
	options: { production: { type: "boolean", default: false }, outdir: { type: "string", default: "dist" } },
}).values;
const { version } = JSON.parse(readFileSync("package.json", "utf8"));

const options = {
	bundle: true,
	platform: "node",
	target: "node20",
	legalComments: production ? "none" : "inline",
	logLevel: "warning",
	minify: production,
	metafile: true,
	define: { MM_LIFETIME_VERSION: JSON.stringify(version) },
};
const REQUIRE = "import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);";
/** ESM: in CommonJS output `import.meta.url`, by which web-tree-sitter finds its files, would be empty. */
const esm = { ...options, format: "esm", banner: { js: REQUIRE } };

rmSync(outdir, { recursive: true, force: true });
mkdirSync(outdir, { recursive: true });
const bundles = [
	await build({
		...esm,
		entryPoints: ["server/src/cli/main.ts"],
		outfile: `${outdir}/cli.js`,
		banner: { js: `#!/usr/bin/env node\n${REQUIRE}` },
	}),
	// Editors before 1.100 load CommonJS only.
	await build({
		...options,
		format: "cjs",
		entryPoints: ["client/src/extension.ts"],
		outfile: `${outdir}/extension.cjs`,
		external: ["vscode"],
	}),
	// Runs in the view of a timeline, which is a page.
	await build({
		...options,
		platform: "browser",
		target: "es2022",
		format: "iife",
		entryPoints: ["client/webview/timeline.ts"],
		outfile: `${outdir}/timeline.js`,
	}),
];
chmodSync(`${outdir}/cli.js`, 0o755);
copyFileSync("node_modules/web-tree-sitter/web-tree-sitter.wasm", `${outdir}/web-tree-sitter.wasm`);
copyFileSync("node_modules/tree-sitter-c/tree-sitter-c.wasm", `${outdir}/tree-sitter-c.wasm`);
cpSync("docs/rules", `${outdir}/rules`, { recursive: true });
if (production) {
	writeFileSync(`${outdir}/THIRD-PARTY-NOTICES.txt`, collectNotices(bundles));
} else if (existsSync("bench/dialect.ts")) {
	await build({ ...esm, entryPoints: ["bench/dialect.ts"], outfile: `${outdir}/bench-dialect.js` });
	await build({ ...esm, entryPoints: ["bench/lsp/main.ts"], outfile: `${outdir}/bench-lsp.js` });
	await build({ ...esm, entryPoints: ["bench/main.ts"], outfile: `${outdir}/bench.js` });
	await build({ ...esm, entryPoints: ["bench/stages.ts"], outfile: `${outdir}/bench-stages.js` });
	await build({ ...esm, entryPoints: ["test/mutate/main.ts"], outfile: `${outdir}/mutate.js` });
	await build({ ...esm, entryPoints: ["bench/soak/main.ts"], outfile: `${outdir}/bench-soak.js` });
}

/** The licences of all packages of which something is in the bundles, as they ask for it. */
function collectNotices(results) {
	const inputs = results.flatMap(({ metafile }) => Object.keys(metafile.inputs));
	const bundled = inputs.flatMap((path) => /^(?:.*\/)?node_modules\/(?:@[^/]+\/)?[^/]+/.exec(path)?.[0] ?? []);
	const folders = new Set(["node_modules/tree-sitter-c", ...bundled]);
	return [...folders]
		.sort()
		.map(readNotice)
		.join(`\n\n${"-".repeat(80)}\n\n`);
}

function readNotice(folder) {
	const { name, version: packaged, license } = JSON.parse(readFileSync(`${folder}/package.json`, "utf8"));
	const file = readdirSync(folder).find((entry) => /^licen[cs]e/i.test(entry));
	return `${name} ${packaged} (${license})\n\n${file === undefined ? "" : readFileSync(`${folder}/${file}`, "utf8").trim()}`;
}
