import { useEffect, useState } from "react";
import { dates, lists, numbers, t } from "../words";

type Unit = "millisecond" | "second" | "minute" | "hour" | "day";

const of = (unit: Unit, figure: number, digits = 0) =>
  numbers({ style: "unit", unit, unitDisplay: "short", maximumFractionDigits: digits }).format(figure);

/** "3 sec", "4 min", "2 hr", "5 days": short enough for a list. */
export function span(ms: number): string {
  const seconds = Math.max(0, ms) / 1000;
  if (seconds < 60) return of("second", Math.floor(seconds));
  if (seconds < 3600) return of("minute", Math.floor(seconds / 60));
  if (seconds < 86_400) return of("hour", Math.floor(seconds / 3600));
  return of("day", Math.floor(seconds / 86_400));
}

/** "10 min 12 sec": for the one place where seconds count. */
export function longSpan(ms: number): string {
  const seconds = Math.floor(Math.max(0, ms) / 1000);
  if (seconds < 60) return of("second", seconds);
  const parts =
    seconds < 3600
      ? [of("minute", Math.floor(seconds / 60)), of("second", seconds % 60)]
      : [of("hour", Math.floor(seconds / 3600)), of("minute", Math.floor((seconds % 3600) / 60))];
  return lists({ type: "unit", style: "narrow" }).format(parts);
}

/** "340 ms", "3.1 sec". */
export function exactSpan(ms: number): string {
  if (ms < 1000) return of("millisecond", Math.round(ms));
  return ms < 60_000 ? of("second", ms / 1000, 1) : longSpan(ms);
}

/** "10:05": hours to 24 everywhere, so that they stand in columns. */
export function clock(at: string): string {
  return dates({ hour: "2-digit", minute: "2-digit", hourCycle: "h23" }).format(new Date(at));
}

/** "10:05:12". */
export function clockWithSeconds(at: string): string {
  return dates({ hour: "2-digit", minute: "2-digit", second: "2-digit", hourCycle: "h23" }).format(new Date(at));
}

/** "November 27, 2026". */
export function day(at: string): string {
  return dates({ dateStyle: "long" }).format(new Date(at));
}

/** "Nov 27, 2026, 10:05". */
export function dayAndClock(at: string): string {
  return dates({ dateStyle: "medium", timeStyle: "short", hourCycle: "h23" }).format(new Date(at));
}

/** "48,210". */
export function grouped(number: number): string {
  return numbers({ maximumFractionDigits: 0 }).format(number);
}

/** "60%". */
export function percent(part: number): string {
  return numbers({ style: "percent", maximumFractionDigits: 0 }).format(part);
}

/** "3.4K": where only about how much counts. */
export function about(number: number): string {
  return numbers({ notation: "compact", maximumFractionDigits: 1 }).format(number);
}

/** "$0.04", "$12.30"; what is less than a cent is not called nothing. */
export function dollars(amount: number): string {
  const money = numbers({ style: "currency", currency: "USD", currencyDisplay: "narrowSymbol" });
  return amount > 0 && amount < 0.01 ? t("money.lessThan", { amount: money.format(0.01) }) : money.format(amount);
}

/** "R1, R2": things that belong together, none of them the last. */
export function listed(things: string[]): string {
  return lists({ type: "unit", style: "short" }).format(things);
}

/** "planning and testing". */
export function allOf(things: string[]): string {
  return lists({ type: "conjunction", style: "long" }).format(things);
}

/** The time since, kept up to date while it is shown. */
export function useSince(at: string | null): number {
  const [now, setNow] = useState(Date.now);
  const since = at === null ? 0 : Math.max(0, now - Date.parse(at));
  // A second hand only while seconds are shown.
  const step = since < 60_000 ? 1000 : 30_000;
  useEffect(() => {
    if (at === null) return;
    const timer = setInterval(() => setNow(Date.now()), step);
    return () => clearInterval(timer);
  }, [at, step]);
  return since;
}

/** The day of a moment where the person is: "2026-11-20". */
export function dayOf(at: string): string {
  const moment = new Date(at);
  const two = (number: number) => `${number}`.padStart(2, "0");
  return `${moment.getFullYear()}-${two(moment.getMonth() + 1)}-${two(moment.getDate())}`;
}

/** "Friday, November 20, 2026", in German "Freitag, 20. November 2026". */
export function dayName(day: string): string {
  const whole = dates({ weekday: "long", day: "numeric", month: "long", year: "numeric" });
  return whole.format(new Date(`${day}T12:00:00`));
}
