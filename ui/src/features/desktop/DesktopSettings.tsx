import { useQuery } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import {
  call,
  client,
  commands,
  type DesktopSettings as Desktop,
  type Graphics,
  type Program,
  queries,
  type UpdateStatus,
} from "../../backend";
import { Button } from "../../shared/Button";
import { Input } from "../../shared/Input";
import { Notice, sentence } from "../../shared/Notice";
import { Select } from "../../shared/Select";
import { clock } from "../../shared/time";
import { t } from "../../words";
import { Line, type Part, Section, SwitchLine } from "../settings/parts";

/** What lies at the address, as the person who puts it there has to write it. */
const FORM = '{"version": "1.2.0", "url": "https://…", "notes": "…"}';

const GRAPHICS: Graphics[] = ["automatic", "always", "never"];

/** How the program behaves on the desktop, and whom it asks for newer versions: nobody, until it is told to. */
export function DesktopSettings({ settings, onSave }: Part) {
  // Programs and panels come and go.
  const around = useQuery({ ...queries.surroundings(), refetchOnMount: "always" });
  const { desktop } = settings;
  const change = (part: Partial<Desktop>) =>
    onSave({ desktop: { ...(client.getQueryData(queries.settings().queryKey)?.desktop ?? desktop), ...part } });
  const shown = around.data;
  return (
    <Section id="desktop" title={t("desktop.title")}>
      <div className="flex flex-col gap-3" data-testid="desktop-settings">
        <div className="card divide-y divide-line">
          {shown?.has_tray && (
            <SwitchLine
              testid="keep-in-background"
              label={t("desktop.keep")}
              hint={t("desktop.keepText")}
              on={desktop.keep_in_background}
              onChange={(keep_in_background) => change({ keep_in_background })}
            />
          )}
          <SwitchLine
            testid="start-minimised"
            label={t("desktop.minimised")}
            on={desktop.start_minimised}
            onChange={(start_minimised) => change({ start_minimised })}
          />
          {shown?.chooses_graphics && (
            <Line label={t("desktop.graphics")} hint={t("desktop.graphicsText")}>
              <Select
                data-testid="graphics-select"
                aria-label={t("desktop.graphics")}
                value={desktop.graphics}
                onChange={(event) => change({ graphics: event.target.value as Graphics })}
              >
                {GRAPHICS.map((choice) => (
                  <option key={choice} value={choice}>
                    {t(`desktop.graphics_${choice}`)}
                  </option>
                ))}
              </Select>
            </Line>
          )}
          <Chosen
            label={t("desktop.editor")}
            none={t("desktop.noEditor")}
            programs={shown?.editors}
            value={shown?.editors.some(({ id }) => id === desktop.editor) ? desktop.editor : (shown?.editor ?? null)}
            onChange={(editor) => change({ editor })}
          />
          <Chosen
            label={t("desktop.terminal")}
            none={t("desktop.noTerminal")}
            programs={shown?.terminals}
            value={
              shown?.terminals.some(({ id }) => id === desktop.terminal) ? desktop.terminal : (shown?.terminal ?? null)
            }
            onChange={(terminal) => change({ terminal })}
          />
        </div>
        {shown && !shown.has_tray && <p className="text-small text-third">{t("desktop.noTray")}</p>}
        <Updates desktop={desktop} onChange={change} />
        <p className="text-second">{t("desktop.privacy")}</p>
      </div>
    </Section>
  );
}

type ChosenProps = {
  label: string;
  none: string;
  programs: Program[] | undefined;
  value: string | null;
  onChange: (id: string) => void;
};

/** Which of the programs that are there. */
function Chosen({ label, none, programs, value, onChange }: ChosenProps) {
  return (
    <Line label={label}>
      {programs?.length === 0 ? (
        <span className="text-third">{none}</span>
      ) : (
        <Select aria-label={label} value={value ?? ""} onChange={(event) => onChange(event.target.value)}>
          {programs?.map(({ id, title }) => (
            <option key={id} value={id}>
              {title}
            </option>
          ))}
        </Select>
      )}
    </Line>
  );
}

function Updates({ desktop, onChange }: { desktop: Desktop; onChange: (part: Partial<Desktop>) => void }) {
  const update = useQuery(queries.update());
  const [address, setAddress] = useState(desktop.update_address);
  useEffect(() => setAddress(desktop.update_address), [desktop.update_address]);
  const keep = () => {
    if (address.trim() !== desktop.update_address) onChange({ update_address: address });
  };
  return (
    <div className="card divide-y divide-line">
      <SwitchLine
        testid="check-for-updates"
        label={t("desktop.updates")}
        hint={t("desktop.updatesText")}
        on={desktop.check_for_updates}
        onChange={(check_for_updates) => onChange({ check_for_updates })}
      />
      {desktop.check_for_updates && (
        <div className="flex flex-col gap-2 px-4 py-3">
          <label htmlFor="update-address">{t("desktop.address")}</label>
          <Input
            id="update-address"
            data-testid="update-address"
            type="url"
            spellCheck={false}
            placeholder={t("desktop.addressHint")}
            value={address}
            onChange={(event) => setAddress(event.target.value)}
            onBlur={keep}
            onKeyDown={(event) => event.key === "Enter" && keep()}
            className="font-mono text-small"
          />
          <p className="break-words text-small text-third">{t("desktop.addressText", { form: FORM })}</p>
          {update.data && <Answered status={update.data} />}
        </div>
      )}
    </div>
  );
}

/** What came of the last question. */
function Answered({ status }: { status: UpdateStatus }) {
  const about = useQuery(queries.status());
  const [trouble, setTrouble] = useState<string | null>(null);
  const { newer, asked_at, problem } = status;
  if (problem ?? trouble) return <Notice>{problem ?? trouble}</Notice>;
  if (newer) {
    const { url } = newer;
    return (
      <div data-testid="newer" className="flex items-start gap-3">
        <div className="min-w-0 flex-1">
          <p>{t("desktop.newerSettings", { version: newer.version, ours: about.data?.version ?? "" })}</p>
          {newer.notes && (
            <p
              data-selectable
              className="max-h-40 overflow-y-auto whitespace-pre-line break-words text-second text-small"
            >
              {newer.notes}
            </p>
          )}
        </div>
        {url && (
          <Button onClick={() => void call(commands.openLink(url)).catch((failure) => setTrouble(sentence(failure)))}>
            {t("desktop.readMore")}
          </Button>
        )}
      </div>
    );
  }
  if (!asked_at) return null;
  return (
    <p data-testid="newest" className="text-second text-small">
      {t("desktop.askedAt", { time: clock(asked_at) })}
    </p>
  );
}
