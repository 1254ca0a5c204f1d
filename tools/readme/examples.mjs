import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { binary } from '../dev/process.mjs';

/** Other spellings would be a way past the compiler. */
const otherSpellings = ['typescript', 'mts', 'cts', 'tsx', 'js', 'javascript', 'mjs', 'cjs', 'jsx'];

/** What is wrong with how examples are written, as `file:line: message`. */
export function spellingProblems(documents) {
  return documents.flatMap(({ file, blocks }) =>
    blocks.flatMap(({ line, language, flags, closed }) => {
      const at = `${file}:${line - 1}`;
      if (!closed) return [`${at}: the code block is never closed`];
      if (otherSpellings.includes(language)) return [`${at}: write \`\`\`ts, which is compiled, not \`\`\`${language}`];
      if (language === 'ts' && flags !== '') return [`${at}: an example takes no "${flags}": every one is compiled`];
      return [];
    }),
  );
}

/**
 * Compiles every `ts` block of the documents, all in one run and as strictly as our sources. Returns the compiler's
 * complaints as `file:line:column: message`.
 */
export function typeProblems(documents, root) {
  const examples = documents.flatMap(({ file, blocks }) =>
    blocks.filter(({ language }) => language === 'ts').map(({ line, text }) => ({ file, line, text })),
  );
  if (examples.length === 0) return [];
  // Inside the checkout, so that an example finds our packages as a reader's program would.
  const parent = join(root, '.cache');
  mkdirSync(parent, { recursive: true });
  const folder = mkdtempSync(join(parent, 'readme-'));
  try {
    return compile(examples, folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function compile(examples, folder) {
  const sources = new Map(examples.map((example, index) => [`example-${index}.ts`, example]));
  for (const [name, { line, text }] of sources) {
    // Moved down to the line it has in its document, so that the compiler names that line.
    writeFileSync(join(folder, name), '\n'.repeat(line - 1) + text);
  }
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify(configuration));
  const args = [binary('typescript7/bin/tsc'), '--project', folder, '--pretty', 'false'];
  const { stdout, stderr, status } = spawnSync(process.execPath, args, { cwd: folder, encoding: 'utf8' });
  return status === 0 ? [] : complaints(stdout + stderr, sources);
}

/** Details of a complaint are indented below it. What is wrong in our own sources is for the type check of those. */
function complaints(output, sources) {
  const own = output.trim().split(/\n(?!\s)/);
  return own
    .filter((text) => !text.startsWith('../../'))
    .map((text) =>
      text.replace(/^(example-\d+\.ts)\((\d+),(\d+)\)/, (_, name, row, column) => {
        return `${sources.get(name).file}:${row}:${column}`;
      }),
    );
}

const configuration = {
  extends: '../../tsconfig.base.json',
  compilerOptions: {
    composite: false,
    declaration: false,
    emitDeclarationOnly: false,
    noEmit: true,
    // An example without imports is a module all the same: two of them may use the same names.
    moduleDetection: 'force',
  },
  include: ['*.ts'],
};
