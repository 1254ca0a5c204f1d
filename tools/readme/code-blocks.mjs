// The fenced code blocks of a Markdown file, as far as CommonMark is needed for READMEs.

/**
 * Each block is `{ line, language, flags, text, closed }`: `line` is where its code starts, from 1, and `flags` is what
 * follows the language.
 */
export function codeBlocks(markdown) {
  const blocks = [];
  let block;
  for (const [index, line] of markdown.split(/\r?\n/).entries()) {
    if (block === undefined) {
      block = opened(line, index);
      if (block !== undefined) blocks.push(block);
    } else if (closes(line, block.fence)) {
      block.closed = true;
      block = undefined;
    } else {
      block.lines.push(line.slice(Math.min(block.indent, line.length - line.trimStart().length)));
    }
  }
  return blocks.map(({ line, language, flags, lines, closed }) => ({
    line,
    language,
    flags,
    closed,
    text: `${lines.join('\n')}\n`,
  }));
}

function opened(line, index) {
  const match = /^(?<indent> *)(?<fence>`{3,}|~{3,})(?<word>[^\s`]*)(?<flags>[^`]*)$/.exec(line);
  if (match === null) return undefined;
  const { indent, fence, word, flags } = match.groups;
  return {
    indent: indent.length,
    fence,
    language: word.toLowerCase(),
    flags: flags.trim(),
    line: index + 2,
    lines: [],
    closed: false,
  };
}

const closes = (line, fence) =>
  line.trim().length >= fence.length && line.trim() === fence[0].repeat(line.trim().length);
