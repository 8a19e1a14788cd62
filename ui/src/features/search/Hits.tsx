import type { ReactNode } from "react";
import type { BuildHit, BuildSummary, MessageHit } from "../../backend";
import { ROLE_TEXT, roleName } from "../../shared/roles";
import { span, useSince } from "../../shared/time";
import { Dot } from "../builds/BuildRow";
import { lineOf } from "../builds/line";
import { Marked } from "./Marked";

type Option = { id: string; chosen: boolean; onOpen: () => void };

/** A build that is called what was looked for, or has it in its brief or its plan. */
export function BuildFound({ hit, build, ...option }: Option & { hit: BuildHit; build: BuildSummary | undefined }) {
  const byProject = hit.project.marks.length > 0;
  return (
    <Row {...option} testid={`found-build-${hit.workflow_id}`}>
      <span className="flex items-start gap-3">
        {build && <Dot build={build} />}
        <span className="min-w-0 flex-1">
          <span title={hit.title.text} className="block truncate font-medium">
            <Marked of={hit.title} />
          </span>
          {hit.excerpt ? (
            <span title={hit.excerpt.text} className="line-clamp-2 break-words text-second text-small">
              <Marked of={hit.excerpt} />
            </span>
          ) : (
            <span className="block truncate text-small text-third">
              {byProject ? <Marked of={hit.project} /> : build && lineOf(build)}
            </span>
          )}
        </span>
      </span>
    </Row>
  );
}

/** A message that holds what was looked for: where it was said, by whom, when. */
export function MessageFound({ hit, ...option }: Option & { hit: MessageHit }) {
  const since = useSince(hit.at);
  const { author } = hit;
  const colour = author === "you" ? "text-second" : author === "product" ? "text-failed" : ROLE_TEXT[author];
  return (
    <Row {...option} testid={`found-message-${hit.message_id}`}>
      <span className="flex items-baseline gap-2 text-small text-third">
        <span className={`shrink-0 ${colour}`}>{roleName(author)}</span>
        <span className="min-w-0 flex-1 truncate" title={hit.build_title}>
          {hit.build_title}
        </span>
        <span>{span(since)}</span>
      </span>
      <span title={hit.excerpt.text} className="line-clamp-3 break-words text-ui">
        <Marked of={hit.excerpt} />
      </span>
    </Row>
  );
}

/** An option of the list. The field keeps the focus and moves among them. */
function Row({ id, chosen, onOpen, testid, children }: Option & { testid: string; children: ReactNode }) {
  return (
    <div className="px-2">
      {/* biome-ignore lint/a11y/useKeyWithClickEvents: the field has the keys */}
      <div
        id={id}
        role="option"
        tabIndex={-1}
        aria-selected={chosen}
        data-testid={testid}
        // The focus stays in the field.
        onMouseDown={(event) => event.preventDefault()}
        onClick={onOpen}
        className={`rounded-control border px-2.5 py-1.5 ${chosen ? "border-line bg-panel" : "border-transparent hover:bg-faint"}`}
      >
        {children}
      </div>
    </div>
  );
}
