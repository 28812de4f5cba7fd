/** What the tests use of playwright-core, which is installed beside the editor and not among the packages of this project. */

export interface Locator {
	first(): Locator;
	last(): Locator;
	nth(index: number): Locator;
	count(): Promise<number>;
	filter(by: { readonly visible: boolean }): Locator;
	locator(selector: string, by?: { readonly hasText: string | RegExp }): Locator;
	waitFor(options?: { readonly state?: "attached" | "detached" | "visible" | "hidden"; readonly timeout?: number }): Promise<void>;
	hover(): Promise<void>;
	click(): Promise<void>;
	focus(): Promise<void>;
	press(key: string): Promise<void>;
	innerText(): Promise<string>;
	allInnerTexts(): Promise<string[]>;
	getAttribute(name: string): Promise<string | null>;
	evaluateAll<T>(collect: (elements: readonly { getAttribute(name: string): string | null }[]) => T): Promise<T>;
	boundingBox(): Promise<Clip | null>;
}

export interface Frame {
	locator(selector: string, by?: { readonly hasText: string | RegExp }): Locator;
	frameLocator(selector: string): Frame;
}

export interface Size {
	readonly width: number;
	readonly height: number;
}

export interface Clip extends Size {
	readonly x: number;
	readonly y: number;
}

export interface Page {
	readonly keyboard: {
		press(key: string): Promise<void>;
		type(text: string): Promise<void>;
		insertText(text: string): Promise<void>;
	};
	readonly mouse: { move(x: number, y: number): Promise<void> };
	setDefaultTimeout(milliseconds: number): void;
	setViewportSize(size: Size): Promise<void>;
	goto(url: string): Promise<unknown>;
	locator(selector: string, by?: { readonly hasText: string | RegExp }): Locator;
	frameLocator(selector: string): Frame;
	evaluate<T>(script: string): Promise<T>;
	waitForTimeout(milliseconds: number): Promise<void>;
	screenshot(options: { readonly path: string; readonly clip?: Clip; readonly fullPage?: boolean }): Promise<unknown>;
	on(event: "pageerror", listener: (error: Error) => void): void;
	on(event: "console", listener: (message: { type(): string; text(): string }) => void): void;
	on(event: "request", listener: (request: { url(): string }) => void): void;
	addScriptTag(script: { readonly path: string }): Promise<unknown>;
}

export interface Browser {
	newPage(options: {
		readonly viewport: Size;
		readonly colorScheme?: "light" | "dark";
		readonly bypassCSP?: boolean;
		readonly permissions?: readonly string[];
	}): Promise<Page>;
	close(): Promise<void>;
}

export interface Chromium {
	launch(options: {
		readonly executablePath: string;
		readonly headless: boolean;
		readonly args: readonly string[];
		readonly env: NodeJS.ProcessEnv;
	}): Promise<Browser>;
}
