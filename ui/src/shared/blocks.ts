/** Text of a message that is still being said, parted where it will not change any more. */
export type Parted = {
  /** Finished blocks, in groups: a group that is full is never drawn again. */
  groups: string[][];
  /** The block that is still growing. */
  tail: string;
};

/** So many blocks make a group. */
const GROUP = 8;

/**
 * Parts Markdown at blank lines outside of code fences. Text only grows: `advance` looks at what is new and at the block that is not
 * finished, never at the whole again.
 */
export class BlockSplitter {
  #groups: string[][] = [];
  /** Where the unfinished block begins, and how far lines were looked at. */
  #begin = 0;
  #seen = 0;
  /** What is finished, to see that text only grew. */
  #settled = "";
  #fence: string | null = null;
  #blank = false;

  advance(text: string): Parted {
    if (text.length < this.#seen || !text.startsWith(this.#settled)) this.#restart();
    for (let end = text.indexOf("\n", this.#seen); end !== -1; end = text.indexOf("\n", this.#seen)) {
      this.#line(text, this.#seen, end);
      this.#seen = end + 1;
    }
    return { groups: this.#groups, tail: text.slice(this.#begin) };
  }

  #restart() {
    this.#groups = [];
    this.#begin = 0;
    this.#seen = 0;
    this.#settled = "";
    this.#fence = null;
    this.#blank = false;
  }

  #line(text: string, start: number, end: number) {
    const line = text.slice(start, end);
    const mark = /^ {0,3}(`{3,}|~{3,})/.exec(line)?.[1];
    if (this.#fence !== null) {
      if (mark?.startsWith(this.#fence)) this.#fence = null;
    } else {
      // A line that is indented goes on with the list before it.
      if (this.#blank && start > this.#begin && !/^\s/.test(line)) this.#finish(text, start);
      if (mark) this.#fence = mark;
    }
    this.#blank = this.#fence === null && line.trim() === "";
  }

  #finish(text: string, at: number) {
    const block = text.slice(this.#begin, at);
    const last = this.#groups.at(-1);
    // A new array tells React that this group, and no other, has changed.
    if (last && last.length < GROUP) this.#groups = [...this.#groups.slice(0, -1), [...last, block]];
    else this.#groups = [...this.#groups, [block]];
    this.#begin = at;
    this.#settled = text.slice(0, at);
  }
}
