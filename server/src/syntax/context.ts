/** Where in C a token stands: file level, a block, the members of a struct, …, as far as a token stream without a grammar tells. */

import { Kind } from "./lexer.ts";
import { Word } from "./words.ts";

export const Place = {
	file: 0,
	block: 1,
	struct: 2,
	enum: 3,
	initializer: 4,
	/** Parentheses that hold expressions: a group, or the arguments of a call. */
	paren: 5,
	/** Parameters of a declarator. */
	params: 6,
	/** The parentheses of `if`, `while`, `for`, `switch`. */
	control: 7,
	bracket: 8,
} as const;

interface Level {
	readonly place: number;
	/** Block: opened by `do`. */
	readonly loop: boolean;
	/** Parentheses: opened by a name that began a statement, so that a block may follow. */
	readonly macro: boolean;
	/** {@link Word} of the first token of the current item. */
	head: number;
	/** A `=` was seen in the current item: what follows are expressions. */
	assigned: boolean;
	/** Between `case` and its colon. */
	label: boolean;
}

const OPEN_BRACE = 123;
const CLOSE_BRACE = 125;
const OPEN = 40;
const CLOSE = 41;

/** True for a word that a call may begin with. */
export function isCallable(what: number): boolean {
	return what === Word.name || what === Word.declares || what === Word.group;
}

export class Context {
	private readonly stack: Level[] = [];
	private level: Level = { place: Place.file, loop: false, macro: false, head: Word.name, assigned: false, label: false };
	/** A statement, declaration or member may begin here. */
	boundary = true;
	/** The boundary comes after `if (…)`, `else`, `do` or `label:`: a statement must follow. */
	soft = false;
	/** Only `static` and the like stand between the last boundary and here. */
	atStart = true;
	/** The last token was the `}` of a `do` block. */
	closedDo = false;
	private startedByName = false;
	private controlNext = false;
	private closedMacro = false;
	private tag: 0 | 1 | 2 = 0;
	private prevKind = 0;
	private prevWhat = 0;

	get place(): number {
		return this.level.place;
	}

	get depth(): number {
		return this.stack.length;
	}

	/** Inside brackets that hold no definitions: all but those of a linkage block. */
	get isInside(): boolean {
		return this.level.place !== Place.file || this.stack.some(({ place }) => place !== Place.file);
	}

	/** Inside `case … :`. */
	get inCase(): boolean {
		return this.level.label;
	}

	/** Takes the next token in and moves on. */
	feed(kind: number, what: number, length: number): void {
		if (kind === Kind.directive) return;
		if (kind === Kind.name && what >= Word.attribute && what <= Word.cleanup) return;
		this.closedDo = false;
		if (kind === Kind.name) this.feedName(what);
		else if (kind === Kind.punct) this.feedPunct(what, length);
		else this.leaveBoundary();
		if (kind !== Kind.name) this.tag = 0;
		this.prevKind = kind;
		this.prevWhat = what;
	}

	/** Says that the item has ended here, although no `;` shows it. */
	endItem(): void {
		this.enterBoundary(false);
	}

	/** True at file level behind `macro(…)`: what begins the next line begins a new item. */
	get mayEndItem(): boolean {
		return this.level.place === Place.file && this.closedMacro;
	}

	/** What kind of parentheses a `(` here would open. */
	classifyParen(): number {
		const { place, assigned, head } = this.level;
		if (this.controlNext) return Place.control;
		if (place === Place.params) return Place.params;
		if (place !== Place.file && place !== Place.struct && place !== Place.block) return Place.paren;
		if (assigned) return Place.paren;
		const afterName = this.prevKind === Kind.name && isCallable(this.prevWhat);
		const afterClose = this.prevKind === Kind.punct && this.prevWhat === CLOSE;
		if (place !== Place.block) {
			if (afterName) return this.startedByName ? Place.paren : Place.params;
			return afterClose ? Place.params : Place.paren;
		}
		if (head !== Word.tag && head !== Word.enum && head !== Word.type && head !== Word.storage && head !== Word.typeof) return Place.paren;
		if (afterClose) return Place.params;
		if (!afterName || this.startedByName) return Place.paren;
		return Place.params;
	}

	private leaveBoundary(): void {
		if (this.boundary) {
			this.level.head = Word.name;
			this.level.assigned = false;
			this.level.label = false;
		}
		this.boundary = false;
		this.soft = false;
		this.atStart = false;
		this.closedMacro = false;
	}

	private enterBoundary(soft: boolean): void {
		this.boundary = true;
		this.soft = soft;
		this.atStart = true;
		this.closedMacro = false;
		this.level.assigned = false;
		this.level.label = false;
	}

	private feedName(what: number): void {
		const started = this.atStart;
		if (this.boundary) {
			this.leaveBoundary();
			this.level.head = what;
		} else this.leaveBoundary();
		this.startedByName = started && isCallable(what);
		if (started && what === Word.storage) this.atStart = true;
		this.controlNext = what === Word.control;
		if (what === Word.tag) this.tag = 1;
		else if (what === Word.enum) this.tag = 2;
		if (what === Word.else || what === Word.do) this.enterBoundary(true);
		else if ((what === Word.case || what === Word.default) && this.level.place === Place.block && started) this.level.label = true;
	}

	private push(place: number, loop: boolean, macro: boolean): void {
		this.stack.push(this.level);
		this.level = { place, loop, macro, head: Word.name, assigned: false, label: false };
		this.controlNext = false;
		this.startedByName = false;
	}

	private classifyBrace(): number {
		const { place, assigned } = this.level;
		if (this.tag !== 0) return this.tag === 1 ? Place.struct : Place.enum;
		if (this.boundary && place !== Place.initializer) return Place.block;
		const afterClose = this.prevKind === Kind.punct && this.prevWhat === CLOSE;
		if (place === Place.file) {
			if (assigned) return Place.initializer;
			return this.prevKind === Kind.string ? Place.file : Place.block;
		}
		if (place === Place.block) {
			if (afterClose && this.closedMacro) return Place.block;
			return this.prevKind === Kind.name && this.startedByName ? Place.block : Place.initializer;
		}
		if (place === Place.paren || place === Place.control) {
			const opens = this.prevKind === Kind.punct && (this.prevWhat === OPEN || this.prevWhat === 44);
			return opens ? Place.block : Place.initializer;
		}
		return Place.initializer;
	}

	private feedPunct(what: number, length: number): void {
		if (what === OPEN_BRACE) {
			const place = this.classifyBrace();
			const loop = this.prevKind === Kind.name && this.prevWhat === Word.do;
			this.push(place, loop, false);
			if (place === Place.initializer || place === Place.enum) this.leaveBoundary();
			else this.enterBoundary(false);
			return;
		}
		if (what === OPEN) {
			const place = this.classifyParen();
			const macro = this.startedByName;
			this.leaveBoundary();
			this.push(place, false, macro);
			return;
		}
		if (what === 91) {
			this.leaveBoundary();
			this.push(Place.bracket, false, false);
			return;
		}
		if (what === CLOSE_BRACE) {
			this.closeBrace();
			return;
		}
		if (what === CLOSE || what === 93) {
			this.closeParen(what);
			return;
		}
		const { place } = this.level;
		if (what === 59) {
			if (place <= Place.struct) this.enterBoundary(false);
			else this.leaveBoundary();
			return;
		}
		if (what === 58 && place === Place.block) {
			const named = this.startedByName && this.prevKind === Kind.name;
			if (this.level.label || named) {
				this.enterBoundary(!this.level.label);
				return;
			}
		}
		this.leaveBoundary();
		this.startedByName = false;
		if (what === 61 && length === 1) this.level.assigned = true;
	}

	private closeParen(what: number): void {
		this.leaveBoundary();
		const { place, macro } = this.level;
		const parens = place === Place.paren || place === Place.params || place === Place.control;
		if (what === CLOSE ? !parens : place !== Place.bracket) return;
		this.level = this.stack.pop() ?? this.level;
		this.startedByName = false;
		if (place === Place.control) this.enterBoundary(true);
		this.closedMacro = macro;
	}

	private closeBrace(): void {
		let at = this.stack.length;
		let level = this.level;
		while (at > 0 && level.place > Place.initializer) level = this.stack[--at] ?? level;
		if (at === 0) {
			this.enterBoundary(false);
			return;
		}
		this.stack.length = at;
		this.level = this.stack.pop() ?? level;
		this.leaveBoundary();
		this.startedByName = false;
		if ((level.place === Place.block || level.place === Place.file) && this.level.place <= Place.struct) {
			this.enterBoundary(false);
			this.closedDo = level.loop;
		}
	}
}
