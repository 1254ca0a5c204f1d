import { isUmbraError } from '@umbracore/contracts';
import type { Session } from '../session.ts';
import { daemonFor, sayDetail } from './find-daemon.ts';

type Values = Readonly<Record<string, string | number | boolean | readonly string[] | undefined>>;

/**
 * The document that the daemon answers a question with: it has the keys of repositories that were in use a moment ago, and their
 * catalogs open. Undefined if there is none, none that answers, or if it leaves the question to whoever asks (`state.busy`).
 */
export async function askDaemon<Document>(
  session: Session,
  path: string,
  values: Values,
): Promise<Omit<Document, 'schema'> | undefined> {
  const client = daemonFor(session);
  if (client === undefined) return undefined;
  try {
    // A repository that answers late is waited for, as it would be without the daemon.
    const request = { method: 'GET', path: path + queryOf(values), isPatient: true } as const;
    const { schema: _, ...document } = await client.ask<Document & { readonly schema?: string }>(request);
    return document;
  } catch (error) {
    if (!isUmbraError(error) || !left.has(error.code)) throw error;
    const reason = error.code === 'state.busy' ? error.message : 'it does not answer';
    sayDetail(session, `Without the daemon: ${reason}.`);
    return undefined;
  }
}

const left: ReadonlySet<string> = new Set(['daemon.unreachable', 'state.busy']);

function queryOf(values: Values): string {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(values))
    for (const one of [value].flat()) if (one !== undefined) query.append(name, String(one));
  const text = query.toString();
  return text === '' ? '' : `?${text}`;
}
