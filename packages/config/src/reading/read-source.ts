import { access, constants, readFile, stat } from 'node:fs/promises';
import { extname } from 'node:path';
import { reasonOf, UmbraError } from '@umbracore/contracts';
import { importModule } from './import-module.ts';
import { isMap } from './path.ts';
import type { SourceText } from './source-text.ts';
import { parseToml } from './toml-source.ts';
import { parseYaml, type ParsedText } from './yaml-source.ts';

/** More text than any configuration needs, and little enough to be read in a moment. */
const largestBytes = 4 * 1024 * 1024;

/** What to do about a file that says nothing, by what the file is for. */
const fillings = {
  main: 'run `umbra init`, or write `repositories:` and `jobs:`',
  included: 'write `jobs:` or another section, or move it to where it is not included',
};

const whole = { start: 0, end: 1 };

const faulty = (
  source: SourceText,
  code: 'config.syntax' | 'config.invalid-value',
  message: string,
  hint: string,
): ParsedText => ({
  source,
  findings: [{ code, message, hint, source, span: whole }],
});

const blank = (file: string): SourceText => ({ file, text: '', value: undefined, locate: () => undefined });

/** True of a file that is a program, and not only text. */
export const isModule = (file: string): boolean => ['.ts', '.js', '.mts', '.mjs'].includes(extname(file));

/** Reads and parses a file by its extension. Throws `config.unreadable`; what is wrong inside becomes findings. */
export async function readSource(file: string, use: keyof typeof fillings): Promise<ParsedText> {
  if (isModule(file)) return await readModule(file);
  const text = await readText(file);
  return typeof text === 'string' ? parseSource(file, text, use) : text;
}

/** Parses a text as the file's extension says: TOML, else YAML, of which JSON is a part. */
export function parseSource(file: string, text: string, use: keyof typeof fillings): ParsedText {
  const parsed = extname(file) === '.toml' ? parseToml(file, text) : parseYaml(file, text);
  if (parsed.findings.length > 0) return parsed;
  if (parsed.source.value === null || parsed.source.value === undefined) {
    return faulty(parsed.source, 'config.invalid-value', 'the file is empty', fillings[use]);
  }
  if (!isMap(parsed.source.value)) {
    return faulty(
      parsed.source,
      'config.invalid-value',
      'the configuration must be a map',
      'start with `repositories:`',
    );
  }
  return parsed;
}

async function readText(file: string): Promise<string | ParsedText> {
  try {
    const { size } = await stat(file);
    if (size > largestBytes) {
      return faulty(blank(file), 'config.invalid-value', 'the file is larger than 4 MiB', 'split it with `include:`');
    }
    // A byte order mark is dropped by the decoder.
    return new TextDecoder('utf-8', { fatal: true }).decode(await readFile(file));
  } catch (error) {
    if (error instanceof TypeError)
      return faulty(blank(file), 'config.syntax', 'the file is not UTF-8 text', 'save it as UTF-8');
    throw unreadable(file, error);
  }
}

async function readModule(file: string): Promise<ParsedText> {
  const source = blank(file);
  try {
    await access(file, constants.R_OK);
    const loaded = await importModule(file);
    const value = isMap(loaded) ? loaded['default'] : undefined;
    if (!isMap(value)) {
      return faulty(
        source,
        'config.invalid-value',
        'the file exports no configuration',
        'write `export default defineConfig({ … })`',
      );
    }
    return { source: { ...source, value }, findings: [] };
  } catch (error) {
    if (error instanceof Error && 'syscall' in error && error.syscall === 'access') throw unreadable(file, error);
    const [reason] = reasonOf(error).split('\n');
    return faulty(
      source,
      'config.syntax',
      `the file cannot be run: ${reason}`,
      'run it with `node` to see where it fails',
    );
  }
}

function unreadable(file: string, cause: unknown): UmbraError {
  const reason = cause instanceof Error ? cause.message.replace(/^([A-Z]+): ([^,]*),.*$/s, '$2') : String(cause);
  const gone = cause instanceof Error && 'code' in cause && cause.code === 'ENOENT';
  return new UmbraError(gone ? 'config.absent' : 'config.unreadable', `${file} cannot be read: ${reason}`, {
    hint: gone ? 'correct the path' : 'make the file readable for the user who runs this',
    context: { file },
    cause,
  });
}
