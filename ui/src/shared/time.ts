import { useEffect, useState } from "react";

/** "3 s", "4 m", "2 h", "5 d": short enough for a list. */
export function span(ms: number): string {
  const seconds = Math.max(0, ms) / 1000;
  if (seconds < 60) return `${Math.floor(seconds)} s`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)} m`;
  if (seconds < 86_400) return `${Math.floor(seconds / 3600)} h`;
  return `${Math.floor(seconds / 86_400)} d`;
}

/** "10 min 12 s": for the one place where seconds count. */
export function longSpan(ms: number): string {
  const seconds = Math.floor(Math.max(0, ms) / 1000);
  if (seconds < 60) return `${seconds} s`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
  return `${Math.floor(seconds / 3600)} h ${Math.floor((seconds % 3600) / 60)} min`;
}

/** "340 ms", "3.1 s". */
export function exactSpan(ms: number): string {
  if (ms < 1000) return `${Math.round(ms)} ms`;
  return ms < 60_000 ? `${(ms / 1000).toFixed(1)} s` : longSpan(ms);
}

/** "10:05": short, and read the same everywhere. */
export function clock(at: string): string {
  return new Date(at).toLocaleTimeString([], { hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
}

/** "10:05:12". */
export function clockWithSeconds(at: string): string {
  return new Date(at).toLocaleTimeString([], {
    hour: "2-digit",
    minute: "2-digit",
    second: "2-digit",
    hourCycle: "h23",
  });
}

/** "27 November 2026", as the person's system writes days. */
export function day(at: string): string {
  return new Date(at).toLocaleDateString([], { dateStyle: "long" });
}

/** "27 Nov 2026, 10:05". */
export function dayAndClock(at: string): string {
  return new Date(at).toLocaleString([], { dateStyle: "medium", timeStyle: "short", hourCycle: "h23" });
}

/** "48,210". */
export function grouped(number: number): string {
  return Math.round(number).toLocaleString("en", { useGrouping: true });
}

/** "$0.04", "$12.30"; what is less than a cent is not called nothing. */
export function dollars(amount: number): string {
  return amount > 0 && amount < 0.01 ? "< $0.01" : `$${amount.toFixed(2)}`;
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

/** "Friday, 20 November 2026". */
export function dayName(day: string): string {
  const options = { weekday: "long", day: "numeric", month: "long", year: "numeric" } as const;
  return new Date(`${day}T12:00:00`).toLocaleDateString("en", options);
}
