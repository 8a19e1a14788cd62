/** Without accents and in small letters: "Über" is found by "uber". */
const fold = (text: string) => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();

const wordsOf = (text: string) => fold(text).match(/[\p{L}\p{N}]+/gu) ?? [];

/** How well one typed word fits the words of a text, 0 to 1. */
function fit(typed: string, words: string[]): number {
  let best = 0;
  words.forEach((word, index) => {
    if (word === typed) best = Math.max(best, 1);
    else if (word.startsWith(typed)) best = Math.max(best, 0.9);
    else if (typed.length > 1 && word.includes(typed)) best = Math.max(best, 0.6);
    else if (typed.length > 2 && word[0] === typed[0] && isSpread(typed, word)) best = Math.max(best, 0.3);
    if (typed.length > 1 && areBeginnings(typed, words, index)) best = Math.max(best, 0.7);
  });
  return best;
}

/** Whether all letters come in this order: "setings" in "settings". */
function isSpread(typed: string, word: string): boolean {
  let from = 0;
  for (const letter of typed) {
    from = word.indexOf(letter, from) + 1;
    if (from === 0) return false;
  }
  return true;
}

/** Whether it is put together from the beginnings of words that follow one another: "gtp" of "go to plan". */
function areBeginnings(typed: string, words: string[], at: number): boolean {
  if (typed === "") return true;
  const word = words[at];
  if (word === undefined) return false;
  for (
    let length = 1;
    length <= Math.min(word.length, typed.length) && word[length - 1] === typed[length - 1];
    length++
  ) {
    if (areBeginnings(typed.slice(length), words, at + 1)) return true;
  }
  return false;
}

/**
 * How well what was typed fits a title, 0 to 1; 0: not at all. Each typed word must be found, in any order: in the title, or for less
 * in what else it is known by.
 */
export function score(typed: string, title: string, also = ""): number {
  const wanted = wordsOf(typed);
  if (wanted.length === 0) return 0;
  const words = wordsOf(title);
  const more = wordsOf(also);
  let sum = 0;
  for (const each of wanted) {
    const found = Math.max(fit(each, words), 0.5 * fit(each, more));
    if (found === 0) return 0;
    sum += found;
  }
  // What begins as it was typed comes first.
  const begins = fold(title).startsWith(fold(typed).trim()) ? 0.1 : 0;
  return Math.min(1, (0.9 * sum) / wanted.length + begins);
}
