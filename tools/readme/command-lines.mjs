/** Every call of `umbra` in the shell blocks of the documents, as `{ at, argv }`; `at` is `file:line`. */
export function umbraCalls(documents) {
  return documents.flatMap(({ file, blocks }) =>
    blocks
      .filter(({ language }) => ['sh', 'console', 'shell', 'bash'].includes(language))
      .flatMap(({ line, text }) => callsIn(text).map(({ offset, argv }) => ({ at: `${file}:${line + offset}`, argv }))),
  );
}

/** Every whole call of `umbra` in the sentences of documents, between single back-ticks. */
export function umbraCallsInText(documents) {
  return documents.flatMap(({ file, text, blocks }) => {
    const inBlock = new Set(blocks.flatMap(({ line, text: code }) => code.split('\n').map((_, index) => line + index)));
    return text.split('\n').flatMap((line, index) =>
      inBlock.has(index + 1)
        ? []
        : [...line.matchAll(/`umbra ([^`…|]*)`/g)].map(([, words]) => ({
            at: `${file}:${index + 1}`,
            argv: commandWords(words),
          })),
    );
  });
}

/** In a `$ ` session only those lines are typed; without one, every line is. */
function callsIn(text) {
  const lines = text.split('\n').map((line, offset) => ({ line, offset }));
  const typed = lines.filter(({ line }) => line.startsWith('$ '));
  return (typed.length > 0 ? typed : lines).flatMap(({ line, offset }) => {
    const words = commandWords(line.replace(/^\$ /, ''));
    const call = /^(?:\w+=\S* )*(?:umbra|npm run umbra --)(?= |$)/.exec(words.join(' '));
    if (call === null) return [];
    return [{ offset, argv: words.slice(call[0].split(' ').length) }];
  });
}

/** The words of the first command of a shell line, with simple quotes. */
export function commandWords(line) {
  const words = [];
  for (const [token, single, double] of line.matchAll(/'([^']*)'|"([^"]*)"|[|>&;]|(?<=^|\s)#.*|[^\s'"|>&;]+/g)) {
    if (/^[|>&;]|^#/.test(token)) break;
    words.push(single ?? double ?? token);
  }
  return words;
}
