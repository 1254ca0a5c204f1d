import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** What each configuration shown in the documents is refused for, as `file:line: message`. */
export async function configurationProblems(documents, load) {
  const folder = mkdtempSync(join(tmpdir(), 'umbra-readme-'));
  const problems = [];
  try {
    for (const { file, line, text } of shownConfigurations(documents)) {
      const path = join(folder, 'umbra.yaml');
      writeFileSync(path, text);
      const options = { path, cwd: folder, home: folder, env: {}, stateDir: folder, systemScope: false };
      await load(options).catch((error) => problems.push(`${file}:${line}: ${error.message}`));
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  return problems;
}

const shownConfigurations = (documents) =>
  documents.flatMap(({ file, blocks }) =>
    blocks
      .filter(({ language, text }) => /^ya?ml$/.test(language) && /^(jobs|repositories):/m.test(text))
      .map(({ line, text }) => ({ file, line, text })),
  );
