import { MoreHorizontal, Search } from "lucide-react";
import { type ReactNode, useState } from "react";
import type { Author } from "../../backend";
import { Button, IconButton, Key } from "../../shared/Button";
import { Checkbox } from "../../shared/Checkbox";
import { Dialog } from "../../shared/Dialog";
import { tell } from "../../shared/Done";
import { Empty } from "../../shared/Empty";
import { Input } from "../../shared/Input";
import { Menu, MenuItem, MenuLine } from "../../shared/Menu";
import { Notice } from "../../shared/Notice";
import { Progress } from "../../shared/Progress";
import { Badge, roleName } from "../../shared/roles";
import { Select } from "../../shared/Select";
import { Switch } from "../../shared/Switch";
import { Tag } from "../../shared/Tag";
import { TextArea } from "../../shared/TextArea";
import { t } from "../../words";
import { ShowList } from "../builds/ShowList";

const AUTHORS: Author[] = [
  "you",
  "q_assistant",
  "code_writer",
  "test_auditor",
  "verification_overseer",
  "release_manager",
  "product",
];

const COLOURS = [
  ["surface", "bg-surface"],
  ["panel", "bg-panel"],
  ["raised", "bg-raised"],
  ["faint", "bg-faint"],
  ["line", "bg-line"],
  ["third", "bg-third"],
  ["second", "bg-second"],
  ["ink", "bg-ink"],
  ["waiting", "bg-waiting"],
  ["passed", "bg-passed"],
  ["failed", "bg-failed"],
] as const;

/** Every piece that views are made of, in each of its states: what is drawn nowhere else is looked at here. */
export function GalleryPage() {
  return (
    <main className="min-h-0 flex-1 overflow-y-auto" data-testid="gallery">
      <ShowList className="m-3" />
      <div className="mx-auto flex max-w-[920px] flex-col gap-8 px-6 py-9">
        <h1 className="font-semibold text-big tracking-[-0.02em]">{t("gallery.title")}</h1>
        <Type />
        <Colours />
        <Buttons />
        <Fields />
        <Choices />
        <States />
        <OnTop />
      </div>
    </main>
  );
}

function Group({ title, children }: { title: string; children: ReactNode }) {
  return (
    <section>
      <h2 className="border-line border-b pb-1.5 font-semibold text-read">{title}</h2>
      <div className="flex flex-wrap items-start gap-x-6 gap-y-4 pt-4">{children}</div>
    </section>
  );
}

/** One piece, with what is special about it. */
function Piece({ name, children }: { name: string; children: ReactNode }) {
  return (
    <div className="flex min-w-0 flex-col gap-1.5">
      <span className="text-small text-third">{name}</span>
      <div className="flex min-h-7 flex-wrap items-center gap-2">{children}</div>
    </div>
  );
}

function Type() {
  return (
    <Group title={t("gallery.type")}>
      <Piece name="26 / 34">
        <span className="font-semibold text-big tracking-[-0.02em]">{t("first.question")}</span>
      </Piece>
      <Piece name="14 / 22">
        <span className="text-read">{t("first.placeholder")}</span>
      </Piece>
      <Piece name="13 / 20">
        <span>{t("conversation.placeholder")}</span>
      </Piece>
      <Piece name="12 / 16">
        <span className="text-small">{t("builds.noneHint")}</span>
      </Piece>
      <Piece name="JetBrains Mono 12">
        <span className="font-mono text-small">node --test 0O1lI 4f2a91c</span>
      </Piece>
    </Group>
  );
}

function Colours() {
  return (
    <Group title={t("gallery.colours")}>
      {COLOURS.map(([name, colour]) => (
        <Piece key={name} name={name}>
          <span aria-hidden className={`h-7 w-12 rounded-control border border-line ${colour}`} />
        </Piece>
      ))}
      {AUTHORS.map((author) => (
        <Piece key={author} name={roleName(author)}>
          <Badge author={author} />
        </Piece>
      ))}
    </Group>
  );
}

function Buttons() {
  const kinds = ["primary", "plain", "quiet", "danger"] as const;
  return (
    <Group title={t("gallery.buttons")}>
      {kinds.map((kind) => (
        <Piece key={kind} name={kind}>
          <Button kind={kind}>{t("save")}</Button>
          <Button kind={kind} keys="A">
            {t("handoff.approve")}
          </Button>
          <Button kind={kind} data-shown="focus">
            {t("gallery.focused")}
          </Button>
          <Button kind={kind} disabled>
            {t("gallery.disabled")}
          </Button>
        </Piece>
      ))}
      <Piece name={t("gallery.icons")}>
        <IconButton label={t("search.everywhere")}>
          <Search size={15} />
        </IconButton>
        <IconButton label={t("gallery.focused")} data-shown="focus">
          <Search size={15} />
        </IconButton>
        <IconButton label={t("gallery.disabled")} disabled>
          <Search size={15} />
        </IconButton>
        <Key>N</Key>
        <Key>Ctrl K</Key>
      </Piece>
    </Group>
  );
}

function Fields() {
  const [text, setText] = useState<string>(t("first.placeholder"));
  return (
    <Group title={t("gallery.fields")}>
      <Piece name={t("gallery.usual")}>
        <Input aria-label={t("gallery.usual")} placeholder={t("search.everywhere")} />
      </Piece>
      <Piece name={t("gallery.focused")}>
        <Input aria-label={t("gallery.focused")} data-shown="focus" defaultValue="Builds" />
      </Piece>
      <Piece name={t("gallery.wrong")}>
        <Input aria-label={t("gallery.wrong")} aria-invalid="true" defaultValue="http//" />
      </Piece>
      <Piece name={t("gallery.disabled")}>
        <Input aria-label={t("gallery.disabled")} disabled defaultValue="Builds" />
      </Piece>
      <Piece name={t("gallery.list")}>
        <Select aria-label={t("gallery.list")}>
          <option>{t("setup.theme_system")}</option>
          <option>{t("setup.theme_dark")}</option>
        </Select>
        <Select aria-label={t("gallery.disabled")} disabled>
          <option>{t("setup.theme_system")}</option>
        </Select>
      </Piece>
      <Piece name={t("gallery.grows")}>
        <div className="w-[320px] rounded-control border border-line px-2.5 py-2 focus-within:border-third">
          <TextArea aria-label={t("gallery.grows")} value={text} onChange={(event) => setText(event.target.value)} />
        </div>
      </Piece>
    </Group>
  );
}

function Choices() {
  const [on, setOn] = useState(true);
  return (
    <Group title={t("gallery.choices")}>
      <Piece name="Checkbox">
        <Checkbox checked={on} onChange={setOn}>
          {t("handoff.dontAsk")}
        </Checkbox>
        <Checkbox checked={!on} onChange={(off) => setOn(!off)}>
          {t("setup.hands_off")}
        </Checkbox>
        <Checkbox checked disabled onChange={() => undefined}>
          {t("gallery.disabled")}
        </Checkbox>
      </Piece>
      <Piece name="Switch">
        <Switch label={t("setup.notifications")} checked={on} onChange={setOn} />
        <Switch label={t("setup.contrast")} checked={!on} onChange={(off) => setOn(!off)} />
        <Switch label={t("gallery.disabled")} checked disabled onChange={() => undefined} />
      </Piece>
    </Group>
  );
}

function States() {
  return (
    <Group title={t("gallery.states")}>
      <Piece name="Tag">
        <Tag>{t("plan.priority_must")}</Tag>
        <Tag tone="waiting">{t("builds.waiting")}</Tag>
        <Tag tone="passed">{t("builds.live")}</Tag>
        <Tag tone="failed">{t("builds.stopped")}</Tag>
      </Piece>
      <Piece name="Progress">
        <Progress label="30 %" value={0.3} className="w-24" />
        <Progress label="85 %" value={0.85} tone="waiting" className="w-24" />
        <Progress label="100 %" value={1} tone="failed" className="w-24" />
      </Piece>
      <div className="w-full">
        <Notice onDismiss={() => undefined} action={<Button>{t("retry")}</Button>}>
          {t("gallery.error")}
        </Notice>
      </div>
      <div className="card h-[200px] w-full">
        <Empty title={t("builds.none")} action={<Button>{t("newBuild")}</Button>}>
          {t("builds.noneHint")}
        </Empty>
      </div>
    </Group>
  );
}

function OnTop() {
  const [open, setOpen] = useState(false);
  return (
    <Group title={t("gallery.onTop")}>
      <Piece name="Menu">
        <Menu
          align="start"
          trigger={
            <IconButton label={t("head.more")} data-testid="gallery-menu">
              <MoreHorizontal size={15} />
            </IconButton>
          }
        >
          <MenuItem onClick={() => undefined}>{t("desktop.openFolder")}</MenuItem>
          <MenuItem onClick={() => undefined} keys="Ctrl K">
            {t("newBuild")}
          </MenuItem>
          <MenuLine />
          <MenuItem disabled onClick={() => undefined}>
            {t("gallery.disabled")}
          </MenuItem>
        </Menu>
      </Piece>
      <Piece name="Dialog">
        <Button data-testid="gallery-dialog" onClick={() => setOpen(true)}>
          {t("head.cancelTitle")}
        </Button>
        <Dialog open={open} onClose={() => setOpen(false)} title={t("head.cancelTitle")}>
          <p className="text-second">{t("head.cancelText")}</p>
          <div className="flex justify-end gap-2 pt-4">
            <Button onClick={() => setOpen(false)}>{t("head.keepGoing")}</Button>
            <Button kind="danger" onClick={() => setOpen(false)}>
              {t("gallery.end")}
            </Button>
          </div>
        </Dialog>
      </Piece>
      <Piece name="Done">
        <Button
          data-testid="gallery-done"
          onClick={() =>
            tell({ text: t("trash.none"), action: { label: t("trash.undo"), run: () => Promise.resolve() } })
          }
        >
          {t("trash.move")}
        </Button>
      </Piece>
    </Group>
  );
}
