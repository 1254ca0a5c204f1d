import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { constants, setPriority } from 'node:os';
import { createInterface } from 'node:readline';
import { text } from 'node:stream/consumers';
import { UmbraError, type Operation } from '@umbracore/contracts';
import { countedProgress } from '@umbracore/runtime';
import type { CatalogUpdateDocument, EventDocument } from '@umbracore/runtime/documents';

export interface UmbraProgram {
  /** Node and the program `umbra`. */
  readonly program: readonly string[];
  readonly configFile: string | undefined;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
}

export interface WantedUpdate {
  readonly repository: string;
  /** Begins with an empty one. */
  readonly rebuild?: boolean | undefined;
  /** Gives way to everything else: nobody waits for it. */
  readonly gently?: boolean | undefined;
}

/**
 * Fills a catalog in a process of its own, which can be killed at any time. The daemon works without compilers for hot code and within
 * few megabytes, and answers meanwhile; this one is quick.
 */
export async function updateCatalog(
  { program: [node = process.execPath, ...script], configFile, env, cwd }: UmbraProgram,
  { repository, rebuild = false, gently = false }: WantedUpdate,
  { signal, report }: Operation,
): Promise<CatalogUpdateDocument> {
  const config = configFile === undefined ? [] : ['--config', configFile];
  const wanted = ['catalog', 'update', repository, ...(rebuild ? ['--rebuild'] : [])];
  const args = [...script, ...wanted, '--json', '--progress', 'json', ...config];
  const child = spawn(node, args, { cwd, env, signal, stdio: ['ignore', 'pipe', 'pipe'] });
  const ended = once(child, 'exit');
  if (gently && child.pid !== undefined) giveWay(child.pid);
  createInterface(child.stderr).on('line', (line) => {
    const event = eventIn(line);
    if (event?.type !== 'run.progress') return;
    report?.(countedProgress('indexing', event.filesProcessed, event.filesTotal ?? event.filesProcessed));
  });
  const [answer, [code]] = await Promise.all([text(child.stdout), ended as Promise<[number | null]>]);
  if (answer === '') throw new UmbraError('engine.failed', `umbra catalog update ended with ${code ?? 'a signal'}`);
  const { schema: _, ...document } = JSON.parse(answer) as CatalogUpdateDocument & { readonly schema: string };
  for (const { error } of document.catalogs) {
    if (error !== null) throw new UmbraError(error.code, error.message, { hint: error.hint ?? undefined });
  }
  return document;
}

function eventIn(line: string): EventDocument | undefined {
  try {
    return JSON.parse(line) as EventDocument;
  } catch {
    return undefined;
  }
}

/** It may have ended already. */
function giveWay(pid: number): void {
  try {
    setPriority(pid, constants.priority.PRIORITY_LOW);
  } catch {
    // Then it has the usual priority.
  }
}
