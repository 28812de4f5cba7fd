import { readFileSync } from "node:fs";
import { join } from "node:path";
import { copyExample, Editor, type EditorOptions, toUri } from "./editor.ts";

/** Examples with one use each, and the file that it is in. */
export const UNCOMMENTED = { example: "f_fs/4.18", file: "drivers/usb/gadget/function/f_fs.c" };
export const EXPOSED = { example: "kvmgt/4.18", file: "drivers/gpu/drm/i915/gvt/kvmgt.c" };
/** Where the mm of the exposed use is stored. */
export const CAPTURE = "virt/kvm/kvm_main.c";

export const EVERYWHERE = { start: { line: 0, character: 0 }, end: { line: 10_000, character: 0 } };

/** An editor in which one file of an example is open, and all of its tree is read. */
export async function openExample({ example, file }: typeof EXPOSED, options: EditorOptions = {}) {
	const root = copyExample(example);
	const text = readFileSync(join(root, file), "utf8");
	const uri = toUri(join(root, file));
	const editor = await Editor.start({ folders: [root], ...options });
	await editor.open(uri, text);
	await editor.ready();
	const ask = <T>(method: string, params: object): Promise<T> =>
		editor.connection.sendRequest(method, { textDocument: { uri }, ...params });
	return { editor, root, file, uri, text, ask };
}
