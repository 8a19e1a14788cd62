// What is wrong with the layout of the page as it is now: a list of sentences, empty where nothing is.
//
// - nothing is wider than the window, and no words are wider than the box that they lie in;
// - nothing scrolls sideways but what is marked for it (code and differences keep their lines);
// - no text is cut without an ellipsis, and none has an ellipsis without a title that says it whole;
// - nothing that can be clicked is covered by something else.
const wrong = [];
const top = [...document.querySelectorAll("[role=dialog], [role=alertdialog], [role=menu]")].at(-1);
const root = top ?? document.body;
const SIDEWAYS = "[data-sideways], [role=tablist], .diff-style-root";

const name = (element) => {
  const id = element.dataset.testid ?? element.getAttribute("aria-label") ?? "";
  const text = (element.textContent ?? "").trim().replaceAll(/\s+/g, " ").slice(0, 50);
  return `<${element.tagName.toLowerCase()} ${id}> "${text}" .${String(element.className).slice(0, 90)}`;
};
const seen = (element) => {
  if (!element.checkVisibility({ checkOpacity: true, checkVisibilityCSS: true })) return false;
  const box = element.getBoundingClientRect();
  // What is there for screen readers alone is a pixel large.
  return box.width > 1 && box.height > 1;
};
const text = (element) => [...element.childNodes].some((node) => node.nodeType === 3 && node.data.trim() !== "");
/** Where the lines of an element's own text end. */
const words = (element) =>
  [...element.childNodes]
    .filter((node) => node.nodeType === 3 && node.data.trim() !== "")
    .flatMap((node) => {
      const range = document.createRange();
      range.selectNodeContents(node);
      return [...range.getClientRects()].map((line) => line.right);
    });

if (document.documentElement.scrollWidth > window.innerWidth) wrong.push("the page scrolls sideways");

for (const element of root.querySelectorAll("*")) {
  if (element.closest("svg") || element.closest(".sr-only") || !seen(element)) continue;
  const style = getComputedStyle(element);
  if (style.display === "inline" || style.display === "contents") continue;
  const sideways = element.closest(SIDEWAYS) !== null;
  const box = element.getBoundingClientRect();
  if (!sideways && text(element) && (box.right > window.innerWidth + 1 || box.left < -1))
    wrong.push(`beyond the window (${Math.round(box.left)} to ${Math.round(box.right)}): ${name(element)}`);
  const wider = element.scrollWidth > element.clientWidth + 1;
  const field = element.matches("input, textarea, select");
  if (wider && !field && !sideways) {
    if (/auto|scroll/.test(style.overflowX)) wrong.push(`scrolls sideways: ${name(element)}`);
    else if (/hidden|clip/.test(style.overflowX)) {
      if (style.textOverflow === "ellipsis") {
        element.dispatchEvent(new PointerEvent("pointerover", { bubbles: true }));
        if (!element.closest("[title]")) wrong.push(`an ellipsis without a title: ${name(element)}`);
      } else if ((element.textContent ?? "").trim() !== "" && !element.closest("[aria-hidden=true]"))
        wrong.push(`cut off sideways: ${name(element)}`);
    }
  }
  // Margins may pull a box beyond its parent on purpose; its words stay inside of it.
  if (!field && !sideways && text(element) && style.overflowX === "visible" && box.width > 0) {
    const spill = Math.max(...words(element)) - box.right;
    if (spill > 1) wrong.push(`words leave their box by ${Math.round(spill)} pixels: ${name(element)}`);
  }
  if (element.matches("textarea") && style.overflowY === "hidden" && element.scrollHeight > element.clientHeight + 2)
    wrong.push(`what is written is cut off: ${name(element)}`);
  const taller = element.scrollHeight > element.clientHeight + 2;
  if (taller && !field && /hidden|clip/.test(style.overflowY) && text(element) && !element.closest("[title]"))
    wrong.push(`cut off below: ${name(element)}`);
}

const frame = (element) => {
  let { left, right, top: up, bottom } = { left: 0, right: window.innerWidth, top: 0, bottom: window.innerHeight };
  for (let parent = element.parentElement; parent; parent = parent.parentElement) {
    if (!/auto|scroll|hidden|clip/.test(getComputedStyle(parent).overflow)) continue;
    const box = parent.getBoundingClientRect();
    [left, right, up, bottom] = [Math.max(left, box.left), Math.min(right, box.right), Math.max(up, box.top), Math.min(bottom, box.bottom)];
  }
  return { left, right, up, bottom };
};
for (const element of root.querySelectorAll("button, a[href], input, textarea, select, summary, [role=tab], [role=switch]")) {
  if (!seen(element) || element.closest("[inert], [aria-hidden=true]")) continue;
  const box = element.getBoundingClientRect();
  const [x, y] = [box.left + box.width / 2, box.top + box.height / 2];
  const within = frame(element);
  // On the very edge of what scrolls, the neighbour is hit.
  if (x <= within.left || x >= within.right - 1 || y <= within.up || y >= within.bottom - 1) continue;
  const hit = document.elementFromPoint(x, y);
  if (hit && !element.contains(hit) && !hit.contains(element) && !hit.closest("label")?.contains(element))
    wrong.push(`covered: ${name(element)} by ${name(hit)}`);
}
return [...new Set(wrong)];
