// The pages in docs/errors: each begins with what the catalogue says of its code, and goes on with what people wrote.
const parts = ['What happened', 'What to do'];

const fact = ({ exitCode, retryable }) =>
  `Exit code ${exitCode}. ${
    retryable
      ? 'It may succeed later with nothing changed: a run that ends with it is tried again.'
      : 'It stays until somebody changes something.'
  }`;

const head = (code, kind) => `# ${code}\n\n${fact(kind)}\n\n`;

/** A page that has to be written yet. */
export const skeleton = (code, kind) => `${head(code, kind)}${parts.map((part) => `## ${part}\n`).join('\n')}`;

/** The codes that have a page, by the names of the files. */
export const codesOnPages = (files) => files.map((file) => file.replace(/\.md$/, '')).toSorted();

export function pageProblems(code, text, kind) {
  if (!text.startsWith(head(code, kind))) return [`${code}: has to begin with "${head(code, kind).trim()}"`];
  return parts
    .filter((part) => !new RegExp(`^## ${part}\n\n[^#\\s]`, 'm').test(text))
    .map((part) => `${code}: says nothing under "${part}"`);
}
