/** Which words of a text the other texts do not have: the differences, without an alignment. */

const segmenter = new Intl.Segmenter(undefined, { granularity: "word" });

export interface Word {
  /** Place in the text; names the word among its like. */
  start: number;
  text: string;
  /** Not in every other text. */
  isDifferent: boolean;
}

function wordsOf(text: string): Set<string> {
  return new Set(
    [...segmenter.segment(text)]
      .filter((part) => part.isWordLike)
      .map((part) => part.segment.toLowerCase()),
  );
}

export function compareWords(text: string, others: readonly string[]): Word[] {
  const theirs = others.map(wordsOf);
  return [...segmenter.segment(text)].map((part) => ({
    start: part.index,
    text: part.segment,
    isDifferent:
      part.isWordLike === true && theirs.some((words) => !words.has(part.segment.toLowerCase())),
  }));
}
