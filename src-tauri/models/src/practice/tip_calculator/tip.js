// Amounts are whole cents: money in fractions of a cent is how calculators lose one.

/** Reads an amount as a person types it ("12,50", "12.5", "1 200"). Returns cents, or null for what is no amount. */
export function parseAmount(text) {
  const cleaned = String(text).replace(/\s/g, "").replace(",", ".");
  if (!/^\d+(\.\d{0,2})?$/.test(cleaned)) return null;
  const [whole, fraction = ""] = cleaned.split(".");
  return Number(whole) * 100 + Number(fraction.padEnd(2, "0"));
}

/** Cents as text with two decimals. */
export function format(cents) {
  return `${Math.floor(cents / 100)}.${String(cents % 100).padStart(2, "0")}`;
}

/**
 * Splits a bill. The shares always add up to the total: what does not divide goes, a cent each, to the first persons.
 * With `roundUp`, each share is the next full amount and the tip grows by the difference.
 */
export function split({ bill, tipPercent, people, roundUp = false }) {
  const count = Math.max(1, Math.floor(people) || 1);
  let tip = Math.round((bill * tipPercent) / 100);
  let total = bill + tip;
  if (roundUp) {
    const share = Math.ceil(total / count / 100) * 100;
    total = share * count;
    tip = total - bill;
  }
  const base = Math.floor(total / count);
  const rest = total - base * count;
  const shares = Array.from({ length: count }, (_, index) => base + (index < rest ? 1 : 0));
  return { tip, total, shares };
}

/** The theme to show: what was chosen before, else what the system prefers. */
export function startingTheme(remembered, systemPrefersDark) {
  if (remembered === "dark" || remembered === "light") return remembered;
  return systemPrefersDark ? "dark" : "light";
}
