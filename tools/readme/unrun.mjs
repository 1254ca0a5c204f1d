/**
 * Shell blocks that no test runs say so in a word behind their language, and every line of theirs has to be of that nature. All others
 * are typed into a shell.
 */
export const unrun = {
  /** Fetches packages: `npm run packages` does it with what is packed. */
  install: /^npm install /,
  /** Works on the whole checkout, for minutes. */
  checkout: /^(?:npm test|npm run (?:demo|next-version|release|sbom))\b/,
  /** Changes what the system starts, judges this machine, or needs what only root has set up. */
  system: /^(?:sudo |setpriv |curl --unix-socket |umbra (?:daemon|helper|doctor|schedule install)\b)/,
};

const shells = ['sh', 'console', 'shell', 'bash'];

/** The shell blocks of a document that are run. */
export const runnable = (blocks) => blocks.filter(({ language, flags }) => language === 'sh' && flags === '');

/** What is wrong with how shell blocks are written, as `file:line: message`. */
export function shellProblems(documents) {
  return documents.flatMap(({ file, blocks }) =>
    blocks
      .filter(({ language }) => shells.includes(language))
      .flatMap(({ line, language, flags, text }) => {
        const at = `${file}:${line - 1}`;
        const words = Object.keys(unrun).join(', ');
        if (flags === '' && language !== 'sh')
          return [`${at}: write \`\`\`sh, which is run, or one of ${words} behind it`];
        if (flags !== '' && !Object.hasOwn(unrun, flags)) return [`${at}: "${flags}" is none of ${words}`];
        // What a session shows is output beside what is typed.
        if (flags === '' || language !== 'sh') return [];
        return commandsOf(text)
          .filter((command) => !unrun[flags].test(command))
          .map((command) => `${at}: "${command}" can be run: it belongs in a block of its own`);
      }),
  );
}

/** The commands of a block, those that go over several lines as one. */
export const commandsOf = (text) =>
  text
    .trim()
    .replaceAll(/\\\n\s*/g, '')
    .split('\n');
