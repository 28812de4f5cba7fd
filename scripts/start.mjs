// npm start: the examples, each use with its verdict. npm start -- check PATH…: the same as mm-lifetime check PATH….
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";

const program = fileURLToPath(new URL("../dist/cli.js", import.meta.url));
const top = fileURLToPath(new URL("..", import.meta.url));
const args = process.argv.slice(2);
const examples = args.length === 0;
const { status, error } = spawnSync(process.execPath, [program, ...(examples ? ["check", "--uses", "examples/"] : args)], {
	stdio: "inherit",
	// npm runs scripts in the folder of package.json; paths are meant from where the user is.
	cwd: examples ? top : (process.env.INIT_CWD ?? process.cwd()),
});
if (error) process.stderr.write(`${error.message}\n`);
// The wrong ones among the examples are meant to be found: that is no failure.
process.exitCode = examples && status === 1 ? 0 : (status ?? 2);
