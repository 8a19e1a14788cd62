import { MessageSquare, MoreHorizontal, PanelRightClose, PanelRightOpen } from "lucide-react";
import { useEffect, useLayoutEffect, useRef, useState } from "react";
import { type BuildDetail, commands } from "../../backend";
import { type Tab, useDesk, useRailFolded } from "../../desk";
import { useAction } from "../../shared/actions";
import { Button, IconButton } from "../../shared/Button";
import { Menu, MenuItem, MenuLine } from "../../shared/Menu";
import { Notice, sentence } from "../../shared/Notice";
import { grouped } from "../../shared/time";
import { t } from "../../words";
import { useComments } from "../changes/comments";
import { exportTo } from "../data/export";
import { InTrash } from "../data/InTrash";
import { TrashDialog } from "../data/TrashDialog";
import { moveToTrash, stopsSomething } from "../data/trash";
import { OpenProject, useOpenActions, useOpenIn } from "../desktop/OpenIn";
import { AgainDialog } from "./AgainDialog";
import { CancelDialog } from "./CancelDialog";
import { ShowList } from "./ShowList";
import { useBuildAction } from "./useBuildAction";

/** The build's name, its views, and what may be done with it as a whole. */
export function BuildHead({ build, tab }: { build: BuildDetail; tab: Tab }) {
  const id = build.summary.workflow_id;
  const { act, busy, error, forget } = useBuildAction();
  const [cancelling, setCancelling] = useState(false);
  const [again, setAgain] = useState(false);
  const [trashing, setTrashing] = useState(false);
  const [trouble, setTrouble] = useState<string | null>(null);
  const desk = useDesk();
  const railFolded = useRailFolded();
  const head = useRowsOfHead();
  const { status, trashed_at: trashed } = build.summary;
  // In the trash nothing goes on: it can be read, and restored.
  const over = status === "complete" || status === "cancelled" || trashed !== null;
  const attempt = (work: Promise<unknown>) => void work.catch((failure) => setTrouble(sentence(failure)));
  const open = useOpenIn(id, null, setTrouble);
  useOpenActions(open);
  const trash = () => attempt(moveToTrash(build.summary));
  const askToTrash = () => (stopsSomething(build.summary) ? setTrashing(true) : trash());
  const exportBuild = () => attempt(exportTo((folder) => commands.exportBuild(id, folder)));
  useAction({ id: "export", run: exportBuild });
  useAction({ id: "move_to_trash", run: askToTrash }, { enabled: trashed === null });
  return (
    <header className="@container group/head border-line border-b" data-rows="one" ref={head}>
      <div className="flex group-data-[rows=two]/head:flex-wrap items-center gap-x-1 pr-3 pl-4">
        <ShowList className="-ml-2" />
        <h1
          title={build.summary.title}
          className="group-data-[rows=two]/head:order-1 mr-2 group-data-[rows=two]/head:max-w-none min-w-0 group-data-[rows=two]/head:flex-1 max-w-[240px] shrink-[99] truncate font-semibold"
        >
          {build.summary.title}
        </h1>
        <Tabs build={build} tab={tab} />
        <div className="group-data-[rows=two]/head:order-2 ml-auto flex h-12 group-data-[rows=two]/head:h-10 shrink-0 items-center gap-1 pl-2">
          {!over && status !== "paused" && status !== "blocked" && (
            <Button
              kind="quiet"
              data-testid="pause"
              disabled={busy}
              onClick={() => void act(() => commands.pauseBuild(id))}
            >
              {t("head.pause")}
            </Button>
          )}
          {status === "paused" && !trashed && (
            <Button disabled={busy} onClick={() => void act(() => commands.resumeBuild(id))}>
              {t("head.resume")}
            </Button>
          )}
          <Menu
            trigger={
              <IconButton label={t("head.more")} data-testid="more">
                <MoreHorizontal size={15} />
              </IconButton>
            }
          >
            <OpenProject open={open} />
            <MenuLine />
            <MenuItem testid="go-through-again" onClick={() => setAgain(true)}>
              {t("head.again")}
            </MenuItem>
            <MenuItem testid="export-build" onClick={exportBuild}>
              {t("head.export")}
            </MenuItem>
            {!trashed && <MenuLine />}
            {!over && (
              <MenuItem testid="cancel-build" onClick={() => setCancelling(true)}>
                {t("head.cancelBuild")}
              </MenuItem>
            )}
            {!trashed && (
              <MenuItem testid="move-to-trash" onClick={askToTrash}>
                {t("head.trash")}
              </MenuItem>
            )}
          </Menu>
          <IconButton
            label={railFolded ? t("head.showRail") : t("head.hideRail")}
            action="fold_rail"
            onClick={() => desk.foldRail(!railFolded)}
          >
            {railFolded ? <PanelRightOpen size={15} /> : <PanelRightClose size={15} />}
          </IconButton>
        </div>
      </div>
      {(error ?? trouble) && (
        <div className="px-4 pb-2">
          <Notice
            onDismiss={() => {
              forget();
              setTrouble(null);
            }}
          >
            {error ?? trouble}
          </Notice>
        </div>
      )}
      {trashed && <InTrash id={id} since={trashed} />}
      {trashing && <TrashDialog build={build.summary} onClose={() => setTrashing(false)} onMove={trash} />}
      {again && <AgainDialog id={id} onClose={() => setAgain(false)} />}
      <CancelDialog
        open={cancelling}
        onClose={() => setCancelling(false)}
        onCancel={() => void act(() => commands.cancelBuild(id))}
      />
    </header>
  );
}

/** So much of a name is seen, in pixels: less of it tells nobody which build this is. */
const NAME = 140;

/**
 * The views stand beside the name where they fit, in whatever language, and else below it. Where even that is too narrow they scroll, and
 * fade where more of them is.
 */
function useRowsOfHead() {
  const head = useRef<HTMLElement>(null);
  useLayoutEffect(() => {
    const element = head.current;
    const views = element?.querySelector<HTMLElement>("[role=tablist]");
    const row = views?.parentElement;
    const name = element?.querySelector("h1") ?? null;
    if (!element || !views || !row) return;
    const fade = () => {
      const after = views.scrollWidth - views.clientWidth - views.scrollLeft > 1;
      views.dataset.cut = `${views.scrollLeft > 1 ? "before" : ""} ${after ? "after" : ""}`.trim();
    };
    const arrange = () => {
      element.dataset.rows = "one";
      const squeezed = name !== null && name.scrollWidth > name.clientWidth && name.clientWidth < NAME;
      if (squeezed || row.scrollWidth > row.clientWidth) element.dataset.rows = "two";
      fade();
    };
    arrange();
    // The names of the views change with the language, their figures and the buttons with the work.
    const sizes = new ResizeObserver(arrange);
    sizes.observe(element);
    const names = new MutationObserver(arrange);
    names.observe(element, { childList: true, characterData: true, subtree: true });
    views.addEventListener("scroll", fade, { passive: true });
    return () => {
      sizes.disconnect();
      names.disconnect();
      views.removeEventListener("scroll", fade);
    };
  }, []);
  return head;
}

function Tabs({ build, tab }: { build: BuildDetail; tab: Tab }) {
  const openBuild = useDesk((desk) => desk.openBuild);
  const began = build.branch !== null;
  const comments = useComments(build.summary.workflow_id).written.length;
  const list = useRef<HTMLDivElement>(null);
  // In a narrow window the row of tabs scrolls: the open one stays in sight.
  useEffect(() => {
    list.current?.querySelector("[aria-selected=true]")?.scrollIntoView({ inline: "nearest", block: "nearest" });
  }, [tab]);
  const tabs: { name: Tab; note?: string | undefined; comments?: number; dim: boolean }[] = [
    { name: "conversation", dim: false },
    {
      name: "plan",
      note: build.plan_revision > 0 ? t("tabs.revision", { revision: build.plan_revision }) : undefined,
      dim: false,
    },
    { name: "work", dim: !began },
    {
      name: "changes",
      note: build.changed_files > 0 ? grouped(build.changed_files) : undefined,
      comments,
      dim: !began,
    },
    { name: "tests", note: build.tests === null ? undefined : grouped(build.tests), dim: !began },
    { name: "checks", dim: !began },
    ...(build.release ? [{ name: "release" as const, dim: false }] : []),
    { name: "timeline", dim: false },
  ];
  return (
    <div
      ref={list}
      role="tablist"
      aria-label={t("tabs.label")}
      className="group-data-[rows=two]/head:-ml-2 group-data-[rows=two]/head:order-3 flex group-data-[rows=two]/head:h-9 h-12 group-data-[rows=two]/head:w-full group-data-[rows=one]/head:shrink-0 min-w-0 cut-sideways overflow-x-auto [scrollbar-width:none]"
      onKeyDown={(event) => {
        const step = event.key === "ArrowRight" ? 1 : event.key === "ArrowLeft" ? -1 : 0;
        if (step === 0) return;
        const at = tabs.findIndex((each) => each.name === tab);
        const next = tabs[(at + step + tabs.length) % tabs.length];
        if (!next) return;
        openBuild(build.summary.workflow_id, next.name);
        event.currentTarget.querySelector<HTMLElement>(`[data-testid=tab-${next.name}]`)?.focus();
      }}
    >
      {tabs.map(({ name, note, comments, dim }) => (
        <button
          key={name}
          type="button"
          role="tab"
          aria-selected={tab === name}
          aria-controls="view"
          tabIndex={tab === name ? 0 : -1}
          data-testid={`tab-${name}`}
          onClick={() => openBuild(build.summary.workflow_id, name)}
          className={`relative flex h-full shrink-0 items-center gap-1.5 @max-[640px]:px-1.5 group-data-[rows=two]/head:px-2 px-2.5 focus-visible:-outline-offset-2 ${tab === name ? "font-medium text-ink after:absolute after:inset-x-0 after:bottom-0 after:h-[2px] after:bg-ink" : dim ? "text-third" : "text-second hover:text-ink"}`}
        >
          {t(`tabs.${name}`)}
          {note && (
            // In a narrow window each view has its place first, in every language.
            <span className={`text-small text-third ${name === "plan" ? "@max-[640px]:hidden" : ""}`}>{note}</span>
          )}
          {comments !== undefined && comments > 0 && (
            <span
              data-testid="comment-count"
              title={t("changes.comments", { count: comments })}
              className="flex items-center gap-0.5 text-small text-waiting"
            >
              <MessageSquare size={11} aria-hidden />
              {comments}
              <span className="sr-only">{t("changes.commentsTitle")}</span>
            </span>
          )}
        </button>
      ))}
    </div>
  );
}
