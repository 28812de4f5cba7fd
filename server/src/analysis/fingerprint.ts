/** Names for findings that survive moved lines. */

/** A 64-bit FNV-1a hash of UTF-16 text, as 16 hexadecimal digits. */
export function hashText(text: string): string {
	let high = 0xcbf29ce4;
	let low = 0x84222325;
	for (let i = 0; i < text.length; i++) {
		low ^= text.charCodeAt(i);
		/* times the prime 0x100000001b3, in halves of 32 bits */
		const product = low * 0x1b3;
		const carry = Math.floor(product / 0x1_0000_0000);
		high = (Math.imul(high, 0x1b3) + carry + (low << 8)) >>> 0;
		low = product >>> 0;
	}
	return high.toString(16).padStart(8, "0") + low.toString(16).padStart(8, "0");
}

/** The fingerprint of a finding: rule, file, function and expression; `nth` tells several of the same apart. */
export function fingerprintOf(rule: string, file: string, fn: string, expression: string, nth: number): string {
	return hashText([rule, file, fn, expression.replace(/\s+/g, ""), String(nth)].join("\0"));
}
