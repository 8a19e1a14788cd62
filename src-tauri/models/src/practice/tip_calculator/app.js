import { format, parseAmount, split, startingTheme } from "./tip.js";

const byId = (id) => document.getElementById(id);
const root = document.documentElement;

function show() {
  const typed = byId("bill").value.trim();
  const bill = typed === "" ? 0 : parseAmount(typed);
  byId("note").hidden = bill !== null;
  if (bill === null) {
    byId("note").textContent = "Type the bill as a number, such as 48.50.";
    return;
  }
  const tipPercent = Number(document.querySelector("input[name=tip]:checked").value);
  const people = Number(byId("people").value);
  const { tip, total, shares } = split({ bill, tipPercent, people, roundUp: byId("round").checked });
  const low = shares[shares.length - 1];
  byId("each").textContent = format(low);
  byId("tip-amount").textContent = format(tip);
  byId("total").textContent = format(total);
  const more = shares.filter((share) => share > low).length;
  if (more > 0) {
    byId("note").hidden = false;
    byId("note").textContent = `${more} of ${shares.length} pay one cent more, so that it adds up.`;
  }
}

function apply(theme) {
  root.dataset.theme = theme;
  byId("theme").textContent = theme === "dark" ? "Light" : "Dark";
  byId("theme").setAttribute("aria-pressed", String(theme === "dark"));
}

function remembered() {
  try {
    return localStorage.getItem("theme");
  } catch {
    return null;
  }
}

byId("theme").addEventListener("click", () => {
  const theme = root.dataset.theme === "dark" ? "light" : "dark";
  apply(theme);
  try {
    localStorage.setItem("theme", theme);
  } catch {
    // Private windows may refuse to remember; the choice still holds until the page is closed.
  }
});
byId("form").addEventListener("input", show);
byId("form").addEventListener("submit", (event) => event.preventDefault());

apply(startingTheme(remembered(), matchMedia("(prefers-color-scheme: dark)").matches));
show();
