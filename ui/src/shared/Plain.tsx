import { Component, type ReactNode } from "react";
import { t } from "../words";

/** A block that is longer is data, not prose. */
const LONGEST = 20_000;
/** More marks than anybody sets in one block: what they ask for would keep the window from answering. */
const MOST_MARKS = 2_500;
/** Deeper than anybody quotes or indents: each level is an element within an element. */
const DEEPEST = /^(?:[ \t]*>){40}|^[ \t]{80,}\S/m;

/** Whether a block of Markdown is more than can be drawn as such. Code is not read for marks: it is drawn as it is. */
export function isTooMuch(text: string): boolean {
  if (text.length > LONGEST) return true;
  if (/^ {0,3}(`{3}|~{3})/.test(text)) return false;
  if (DEEPEST.test(text)) return true;
  let marks = 0;
  for (let at = 0; at < text.length; at++) if ("*_`[|<&>".includes(text[at] as string)) marks += 1;
  return marks > MOST_MARKS;
}

/** Marks that turn the direction of writing make a text look like another one: they are seen, and turn nothing. */
export const shown = (text: string) => text.replace(/[\u202a-\u202e\u2066-\u2069]/g, "\ufffd");

/** A text as it is, in a frame of its own: as much of it as can be drawn. */
export function Plain({ text }: { text: string }) {
  return (
    <div className="my-2 rounded-control border border-line bg-surface" data-testid="plain">
      <pre
        data-sideways
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls is scrolled by keyboard, too
        tabIndex={0}
        className="max-h-[320px] overflow-auto whitespace-pre-wrap break-all px-3 py-2 font-mono text-small leading-5"
      >
        {shown(text.slice(0, LONGEST))}
      </pre>
      {text.length > LONGEST && (
        <p className="border-faint border-t px-3 py-1.5 text-small text-third">
          {t("plainCut", { shown: LONGEST, count: text.length - LONGEST })}
        </p>
      )}
    </div>
  );
}

/** What cannot be drawn as Markdown is shown as it is. */
export class OrPlain extends Component<{ text: string; children: ReactNode }, { failed: string | null }> {
  override state = { failed: null as string | null };

  static getDerivedStateFromError() {
    return { failed: "" };
  }

  override componentDidCatch() {
    this.setState({ failed: this.props.text });
  }

  override render() {
    const { failed } = this.state;
    // A block that grew on is tried again.
    return failed === null || (failed !== "" && failed !== this.props.text) ? (
      this.props.children
    ) : (
      <Plain text={this.props.text} />
    );
  }
}
