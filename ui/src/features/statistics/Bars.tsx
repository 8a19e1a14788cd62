import { useId } from "react";
import { Bar, BarChart, CartesianGrid, ResponsiveContainer, Tooltip, XAxis, YAxis } from "recharts";

/** A part of each bar is known by its pattern: its colour is the row's. */
export type Pattern = "full" | "striped" | "dotted";

export type BarRow = {
  key: string;
  name: string;
  /** A colour of the tokens. */
  colour: string;
  /** One figure a part. */
  values: number[];
  /** What stands at the end of the bar. */
  label: string;
};

type Props = {
  rows: BarRow[];
  parts: { name: string; pattern: Pattern }[];
  write: (value: number) => string;
  /** The marks of the scale; where they are not said they are found, and a scale without any says nothing that the labels do not. */
  marks?: number[];
  /** How much place names and labels take. */
  names?: number;
  labels?: number;
};

const ROW = 34;

/** Bars from left to right. Whoever cannot see them reads the table: nothing here takes the focus, and nothing moves. */
export function Bars({ rows, parts, write, marks, names = 148, labels = 88 }: Props) {
  const id = useId();
  const scaled = marks?.length !== 0;
  const colours = [...new Set(rows.map((row) => row.colour))];
  const data = rows.map((row) => ({
    ...row,
    ...Object.fromEntries(row.values.map((value, at) => [`part${at}`, value])),
  }));
  return (
    <div>
      <svg width="0" height="0" className="absolute" role="presentation">
        <defs>
          {colours.map((colour) => (
            <Patterns key={colour} id={`${id}${colour}`} colour={colour} />
          ))}
        </defs>
      </svg>
      {parts.length > 1 && (
        <ul className="flex flex-wrap gap-x-4 gap-y-1 pb-2 text-second text-small">
          {parts.map((part) => (
            <li key={part.name} className="flex items-center gap-1.5">
              <Swatch pattern={part.pattern} />
              {part.name}
            </li>
          ))}
        </ul>
      )}
      <ResponsiveContainer width="100%" height={rows.length * ROW + (scaled ? 30 : 0)} minWidth={0}>
        <BarChart
          layout="vertical"
          data={data}
          accessibilityLayer={false}
          barSize={16}
          margin={{ top: 0, right: labels, bottom: 0, left: 0 }}
        >
          {scaled && <CartesianGrid horizontal={false} stroke="var(--line)" />}
          <XAxis
            type="number"
            hide={!scaled}
            domain={[0, marks?.at(-1) ?? (scaled ? "auto" : "dataMax")]}
            {...(marks && scaled && { ticks: marks })}
            tickCount={4}
            tickFormatter={write}
            tick={{ fill: "var(--third)", fontSize: 12 }}
            tickLine={false}
            axisLine={false}
          />
          <YAxis
            type="category"
            dataKey="name"
            width={names}
            interval={0}
            tick={(tick: Tick) => <Name {...tick} place={names} />}
            tickLine={false}
            axisLine={false}
          />
          {parts.length > 1 && (
            <Tooltip
              cursor={{ fill: "var(--faint)" }}
              isAnimationActive={false}
              content={({ active, payload }) => {
                const row = payload?.[0]?.payload as BarRow | undefined;
                return active && row ? <Parts row={row} parts={parts} write={write} /> : null;
              }}
            />
          )}
          {parts.map((part, at) => (
            <Bar
              key={part.name}
              dataKey={`part${at}`}
              stackId="all"
              isAnimationActive={false}
              shape={(drawn: Drawn) => (
                <Piece {...drawn} id={id} pattern={part.pattern} last={at === parts.length - 1} />
              )}
            />
          ))}
        </BarChart>
      </ResponsiveContainer>
    </div>
  );
}

type Drawn = { x?: number; y?: number; width?: number; height?: number; payload?: BarRow };

function Piece({
  x = 0,
  y = 0,
  width = 0,
  height = 0,
  payload,
  id,
  pattern,
  last,
}: Drawn & { id: string; pattern: Pattern; last: boolean }) {
  if (!payload) return null;
  const fill = pattern === "full" ? `var(--${payload.colour})` : `url(#${id}${payload.colour}${pattern})`;
  return (
    <g>
      {width > 0 && <rect x={x} y={y} width={Math.max(width, 1)} height={height} fill={fill} />}
      {last && (
        <text x={x + width + 8} y={y + height / 2} dy="0.35em" fontSize={12} fill="var(--second)">
          {payload.label}
        </text>
      )}
    </g>
  );
}

type Tick = { x?: number | string; y?: number | string; payload?: { value?: string } };

const LINE = 20;

/** The name of a row, in one line: what is too long is cut, and whole under the pointer. */
function Name({ x = 0, y = 0, payload, place }: Tick & { place: number }) {
  const name = payload?.value ?? "";
  return (
    <foreignObject x={Number(x) - place + 8} y={Number(y) - LINE / 2} width={place - 12} height={LINE}>
      <p className="truncate text-small leading-5" title={name}>
        {name}
      </p>
    </foreignObject>
  );
}

function Parts({ row, parts, write }: { row: BarRow } & Pick<Props, "parts" | "write">) {
  return (
    <div className="card lifted px-3 py-2 text-small">
      <p className="pb-1 font-medium">{row.name}</p>
      <dl className="grid grid-cols-[auto_auto] gap-x-4">
        {parts.map((part, at) => (
          <div key={part.name} className="contents">
            <dt className="text-second">{part.name}</dt>
            <dd className="text-right">{write(row.values[at] ?? 0)}</dd>
          </div>
        ))}
      </dl>
    </div>
  );
}

function Patterns({ id, colour }: { id: string; colour: string }) {
  const paint = `var(--${colour})`;
  return (
    <>
      <pattern id={`${id}striped`} width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
        <rect width="6" height="6" fill={paint} opacity="0.25" />
        <rect width="2.5" height="6" fill={paint} />
      </pattern>
      <pattern id={`${id}dotted`} width="6" height="6" patternUnits="userSpaceOnUse">
        <rect width="6" height="6" fill={paint} opacity="0.12" />
        <circle cx="3" cy="3" r="1.3" fill={paint} />
      </pattern>
    </>
  );
}

function Swatch({ pattern }: { pattern: Pattern }) {
  const id = useId();
  return (
    <svg width="14" height="10" role="presentation">
      <defs>
        <Patterns id={id} colour="second" />
      </defs>
      <rect width="14" height="10" rx="2" fill={pattern === "full" ? "var(--second)" : `url(#${id}${pattern})`} />
    </svg>
  );
}
