import { createHash } from 'node:crypto';
import * as z from 'zod';
import type { Operation, RepositoryFacts } from '@umbracore/contracts';
import { readDocument } from '../decode/document.ts';
import { hasConfig } from '../local-repository.ts';
import { describeFailure } from '../messages.ts';
import type { Restic } from '../restic.ts';

const config = z.looseObject({ id: z.string(), version: z.number(), chunker_polynomial: z.string().optional() });

/** The polynomial itself stays where it is: with it one could tell from the sizes of pieces which files are stored. */
const chunkerOf = (polynomial: string): string => createHash('sha256').update(polynomial).digest('hex').slice(0, 16);

/** restic itself would try for 15 minutes to reach a dead server (0.17 and later). */
const deadlineMs = 30_000;

/** Reads the repository's own record with the password. */
export async function open(restic: Restic, operation: Operation): Promise<RepositoryFacts> {
  if (restic.location.kind === 'local' && (await hasConfig(restic.location.path)) === false) {
    throw describeFailure('repository.absent', { what: 'cat', repository: restic.name, text: '' });
  }
  const call = { name: 'cat', operands: ['config'] };
  const {
    id,
    version,
    chunker_polynomial: polynomial,
  } = await readDocument(restic, config, call, operation, { deadlineMs });
  return { id, format: version, chunker: polynomial && chunkerOf(polynomial) };
}
