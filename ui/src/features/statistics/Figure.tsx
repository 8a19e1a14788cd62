import { Check, Copy } from "lucide-react";
import { type ReactNode, useId, useState } from "react";
import { Button } from "../../shared/Button";
import { copy } from "../../shared/clipboard";
import { t } from "../../words";
import { type Cell, csv, type Table } from "./csv";

type Props = {
  name: string;
  title: string;
  text?: string;
  table: Table;
  /** Said instead of an empty picture. */
  none: string;
  wide?: boolean;
  children: ReactNode;
};

/** A chart with its table behind it. The table is always there for whoever listens to the page. */
export function Figure({ name, title, text, table, none, wide = false, children }: Props) {
  const [asTable, setAsTable] = useState(false);
  const id = useId();
  const empty = table.rows.length === 0;
  return (
    <section
      aria-labelledby={id}
      data-testid={`figure-${name}`}
      className={`card flex min-w-0 flex-col ${wide ? "@min-[860px]:col-span-2" : ""}`}
    >
      <header className="flex min-h-10 flex-wrap items-center gap-x-2 px-4 pt-3">
        <h2 id={id} className="min-w-0 flex-1 font-semibold">
          {title}
        </h2>
        {!empty && (
          <div className="flex items-center gap-1">
            <CopyCsv table={table} />
            <div className="flex rounded-control border border-line p-0.5">
              {[false, true].map((each) => (
                <button
                  key={String(each)}
                  type="button"
                  aria-pressed={asTable === each}
                  onClick={() => setAsTable(each)}
                  className="h-5 rounded-[5px] px-2 text-second text-small aria-pressed:bg-faint aria-pressed:text-ink"
                >
                  {t(each ? "statistics.table" : "statistics.chart")}
                </button>
              ))}
            </div>
          </div>
        )}
      </header>
      {text && <p className="px-4 text-second text-small">{text}</p>}
      {empty ? (
        <p className="px-4 pt-2 pb-4 text-second">{none}</p>
      ) : (
        <div className="relative px-4 pt-3 pb-4">
          {!asTable && <div aria-hidden>{children}</div>}
          <Rows title={title} table={table} hidden={!asTable} />
        </div>
      )}
    </section>
  );
}

function Rows({ title, table, hidden }: { title: string; table: Table; hidden: boolean }) {
  return (
    // A wide table is moved in its own frame, by keys too.
    <section
      aria-label={title}
      data-sideways
      tabIndex={hidden ? undefined : 0}
      className={hidden ? "sr-only" : "overflow-x-auto"}
    >
      <table className="w-full border-separate border-spacing-0 tabular-nums">
        <caption className="sr-only">{title}</caption>
        <thead>
          <tr className="text-small text-third">
            {table.heads.map((head, at) => (
              <th
                key={head}
                scope="col"
                className={`pb-1 font-medium ${at === 0 ? "" : "pl-4"} ${side(table.rows[0]?.cells[at])}`}
              >
                {head}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {table.rows.map((row) => (
            <tr key={row.key}>
              {row.cells.map((cell, at) => {
                const look = "border-faint border-t py-1.5";
                return at === 0 ? (
                  <th key={table.heads[at]} scope="row" className={`${look} text-left font-normal`}>
                    {cell.shown}
                  </th>
                ) : (
                  <td key={table.heads[at]} className={`${look} pl-4 ${side(cell)}`}>
                    {cell.shown}
                  </td>
                );
              })}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

/** Words begin on the left, figures end on the right. */
const side = (cell: Cell | undefined) => (typeof cell?.raw === "string" ? "text-left" : "text-right");

function CopyCsv({ table }: { table: Table }) {
  const [copied, setCopied] = useState(false);
  const copyCsv = async () => {
    setCopied(await copy(csv(table)));
    setTimeout(() => setCopied(false), 1500);
  };
  return (
    <Button kind="quiet" className="h-6 px-2 text-small" onClick={() => void copyCsv()}>
      {copied ? <Check size={13} aria-hidden /> : <Copy size={13} aria-hidden />}
      <span aria-live="polite">{t(copied ? "copied" : "statistics.copyCsv")}</span>
    </Button>
  );
}
