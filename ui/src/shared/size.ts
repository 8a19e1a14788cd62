import { numbers } from "../words";

const UNITS = ["kilobyte", "megabyte", "gigabyte", "terabyte"];

/** "48 kB", "1.2 GB", as file managers count: a thousand bytes. What is less than one is not called nothing. */
export function size(bytes: number | null): string {
  if (bytes === null) return "";
  let value = bytes / 1000;
  let unit = 0;
  while (value >= 999.5 && unit < UNITS.length - 1) {
    value /= 1000;
    unit += 1;
  }
  const digits = value < 10 && unit > 0 ? 1 : 0;
  const shown = bytes > 0 && value < 1 ? 1 : value;
  return numbers({ style: "unit", unit: UNITS[unit], unitDisplay: "short", maximumFractionDigits: digits }).format(
    shown,
  );
}
