// npm run package: build/mm-lifetime-VERSION.vsix, one for every platform: what package.json lists in `files`, and nothing else.
import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { dirname, extname, join } from "node:path";
import { fileURLToPath } from "node:url";

process.chdir(fileURLToPath(new URL("..", import.meta.url)));

/** Not in package.json: it brings three hundred packages, which nobody needs to build or test the program. The last that runs on Node 20. */
const VSCE = "@vscode/vsce@3.9.2";
const stage = "build/package";
const manifest = JSON.parse(readFileSync("package.json", "utf8"));
const vsix = `build/${manifest.name}-${manifest.version}.vsix`;

rmSync(stage, { recursive: true, force: true });
mkdirSync(stage, { recursive: true });
for (const path of manifest.files) {
	if (path === "dist") continue;
	mkdirSync(dirname(join(stage, path)), { recursive: true });
	cpSync(path, join(stage, path), { recursive: true });
}
run(process.execPath, ["esbuild.mjs", "--production", `--outdir=${stage}/dist`]);
writeFileSync(join(stage, "README.md"), embedImages(readFileSync("README.md", "utf8")));
// What is bundled is no dependency any more, and the scripts are not there.
const { scripts: _scripts, dependencies: _dependencies, devDependencies: _devDependencies, private: _private, ...shipped } = manifest;
writeFileSync(join(stage, "package.json"), `${JSON.stringify(shipped, null, "\t")}\n`);
const flags = ["--no-dependencies", "--allow-missing-repository", "--no-rewrite-relative-links", "--no-update-package-json"];
run(
	"npm",
	["exec", "--yes", "--loglevel=error", `--package=${VSCE}`, "--", "vsce", "package", ...flags, "--out", join("..", "..", vsix)],
	stage,
);
process.stdout.write(`${vsix}: ${Math.ceil(statSync(vsix).size / 1024)} KB\n`);

/** The editor shows images in a README from https: and data: addresses only, and this one should need no network. */
function embedImages(readme) {
	return readme.replace(/(!\[[^\]]*\]\()(?!\w+:)([^)\s]+)(\))/g, (_, before, path, after) => {
		const type = extname(path).slice(1).replace("jpg", "jpeg");
		return `${before}data:image/${type};base64,${readFileSync(path).toString("base64")}${after}`;
	});
}

function run(command, args, cwd = ".") {
	// Standard output is the summary's.
	const { status, error } = spawnSync(command, args, { cwd, stdio: ["ignore", 2, 2] });
	if (error) process.stderr.write(`${command}: ${error.message}\n`);
	if (status !== 0) process.exit(status ?? 1);
}
