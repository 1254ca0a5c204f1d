// Made when needed: loading its tables takes longer than printing the help.
let segmenter: Intl.Segmenter | undefined;
const segmentsOf = (text: string): Intl.Segments =>
  (segmenter ??= new Intl.Segmenter('en', { granularity: 'grapheme' })).segment(text);
// oxlint-disable-next-line no-control-regex
const styling = /(\u001b\[[0-9;]*m)/g;
const wide =
  /^(?:\p{Emoji_Presentation}|[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]|[\u{20000}-\u{3fffd}])/u;

// One column each and nothing to combine with: letters of the languages nearest to English, and our own signs.
const narrow = /^[\u0020-\u007e\u00a1-\u00ac\u00ae-\u02ff—…→✔✘╺━]*$/;

/** Columns that a text takes on a terminal; colour codes take none. */
export function displayWidth(text: string): number {
  if (narrow.test(text)) return text.length;
  const bare = text.replace(styling, '');
  if (narrow.test(bare)) return bare.length;
  let width = 0;
  for (const { segment } of segmentsOf(bare)) width += widthOf(segment);
  return width;
}

const widthOf = (segment: string): number => (wide.test(segment) || segment.includes('\ufe0f') ? 2 : 1);

export const padEnd = (text: string, width: number): string =>
  text + ' '.repeat(Math.max(0, width - displayWidth(text)));

/** Keeps the end, which tells more about a path than its start: `…/2026/11/IMG_4471.dng`. */
export function shortenStart(text: string, width: number, ellipsis: string): string {
  if (displayWidth(text) <= width) return text;
  const kept: string[] = [];
  let left = width - displayWidth(ellipsis);
  for (const { segment } of [...segmentsOf(text)].reverse()) {
    left -= widthOf(segment);
    if (left < 0) break;
    kept.unshift(segment);
  }
  return ellipsis + kept.join('');
}

/** Cuts what is too much at the end of a line; colour codes behind the cut stay, so that colours end where they should. */
export function shortenEnd(text: string, width: number, ellipsis: string): string {
  if (width === Infinity) return text;
  if (displayWidth(text) <= width) return text;
  let left = width - displayWidth(ellipsis);
  let cut = false;
  const keep = (piece: string): string => {
    let kept = '';
    for (const { segment } of segmentsOf(piece)) {
      left -= widthOf(segment);
      if (left < 0) {
        const end = cut ? '' : ellipsis;
        cut = true;
        return kept + end;
      }
      kept += segment;
    }
    return kept;
  };
  return text
    .split(styling)
    .map((piece, index) => (index % 2 === 1 ? piece : cut ? '' : keep(piece)))
    .join('');
}

/** Lines of whole words, none wider than asked unless a word is; no line for no text. Colours end with each line. */
export function wrapWords(text: string, width: number): readonly string[] {
  const codes = text.match(styling) ?? [];
  const [open = '', close = ''] = codes.length === 2 ? codes : [];
  const lines: string[] = [];
  let line = '';
  for (const word of text.replace(styling, '').split(' ')) {
    const longer = line === '' ? word : `${line} ${word}`;
    if (line !== '' && displayWidth(longer) > width) {
      lines.push(line);
      line = word;
    } else {
      line = longer;
    }
  }
  return [...lines, ...(line === '' ? [] : [line])].map((each) => open + each + close);
}
