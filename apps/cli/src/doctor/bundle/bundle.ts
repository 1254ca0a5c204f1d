import { toUmbraError } from '@umbracore/contracts';
import { errorDocument, timestamp } from '@umbracore/runtime/documents';
import { demandWritable, writeWhole } from '../../output/write-whole.ts';
import { version } from '../../version.ts';
import { knownSecrets } from './known-secrets.ts';
import type { Examined, MadePart, Part, ScreenedPart } from './part.ts';
import { parts, pretty } from './parts.ts';
import { screened } from './screen.ts';
import { zip } from './zip.ts';

/** What became of a support bundle. */
export interface BundleFacts {
  readonly file: string;
  readonly bytes: number;
  readonly parts: readonly BundlePart[];
  /** How many secrets were looked for. */
  readonly secretsKnown: number;
  /** What was not looked for, with the reason. */
  readonly secretsUnknown: readonly string[];
}

interface BundlePart {
  readonly name: string;
  readonly holds: string;
  readonly bytes: number;
  /** It was longer. */
  readonly cut: boolean;
  /** Why it only has an error. */
  readonly problem: string | null;
}

const takenHint = 'Choose another file, or remove it first.';

/** Asked first, for the examination may take a while. Throws `usage.invalid`. */
export const demandFree = (file: string): Promise<void> => demandWritable(file, { hint: takenHint });

/** Writes a support bundle, whole or not at all. Throws `secret.exposed` if it would hold a secret, `usage.invalid`. */
export async function writeBundle(file: string, examined: Examined): Promise<BundleFacts> {
  const { session } = examined;
  const { secrets, unknown } = await knownSecrets(session);
  const made: MadePart[] = [];
  for (const part of parts) made.push(await madeOf(part, examined));
  const shown = screened(made, secrets);
  const contents = {
    madeBy: version,
    madeAt: timestamp(session.now()),
    parts: shown.map(bundlePart),
    secretsKnown: secrets.length,
    secretsUnknown: unknown,
  };
  const overview = { name: 'contents.json', holds: 'what is in it', text: pretty(contents), problem: null };
  const all = [...screened([overview], secrets), ...shown];
  const entries = all.map(({ name, text }) => ({ name: `umbra-doctor/${name}`, content: text }));
  const archive = zip(entries, session.now());
  await writeWhole(file, archive, { hint: takenHint });
  return {
    file,
    bytes: archive.length,
    parts: all.map(bundlePart),
    secretsKnown: secrets.length,
    secretsUnknown: unknown,
  };
}

/** What goes wrong with one of them does not touch the others, and stands in its place. */
async function madeOf({ name, holds, make }: Part, examined: Examined): Promise<MadePart> {
  const { signal } = examined.session.interrupt;
  try {
    signal.throwIfAborted();
    return { name, holds, text: await make(examined), problem: null };
  } catch (thrown) {
    signal.throwIfAborted();
    const error = toUmbraError(thrown);
    return { name, holds, text: pretty(errorDocument(error)), problem: error.message };
  }
}

const bundlePart = ({ name, holds, text, isCut, problem }: ScreenedPart): BundlePart => ({
  name,
  holds,
  bytes: Buffer.byteLength(text),
  cut: isCut,
  problem,
});
