import type { ChainJobDefinition, RunRecord } from '@umbracore/contracts';
import { chainDocument, chainOverview } from '@umbracore/runtime/documents';
import { chainNamed, chainsOf, lastRunOf, nextStartOf } from '@umbracore/runtime/history';
import type { Action } from '../command.ts';
import type { ChainGraphFlags } from '../commands/chain.ts';
import type { RunFlags } from '../commands/run.ts';
import { duenessOf } from '../config/job-words.ts';
import { calendar, readConfiguration } from '../doors/configuration.ts';
import { chainAsDot, chainAsMermaid, chainAsText, chainSteps } from '../doors/history.ts';
import { printable } from '../output/printable.ts';
import { colouredSign, outcomeText, outcomeWord, standingOf, standingOfRun } from '../output/standing.ts';
import { dayTime } from '../output/times.ts';
import { refuseStray, strayLength } from '../run/stray-length.ts';
import type { Session } from '../session.ts';

type NoFlags = object;

export const list: Action<NoFlags> = async (session) => {
  const chains = chainsOf(await readConfiguration(session.place()));
  const next = (chain: ChainJobDefinition) => nextStartOf(chain, calendar, session.now());
  if (session.json) {
    return session.document('chains', { chains: chains.map((chain) => chainOverview(chain, next(chain))) });
  }
  if (chains.length === 0) return session.notice('No chains yet. How they are written: umbra help chains');
  const rows = chains.map((chain) => [
    chain.enabled ? chain.id : `${chain.id} (disabled)`,
    `${chain.nodes.length}`,
    chain.onFailure,
    duenessOf(chain),
    timeText(session, next(chain)),
  ]);
  const titles = ['chain', 'steps', 'on failure', 'schedule', 'next'];
  session.sayTable(
    titles.map((title) => ({ title })),
    rows,
  );
};

export const show: Action<NoFlags> = async (session, [name = '']) => {
  const history = await session.history();
  const chain = chainNamed(history.configuration, name);
  const standing = await lastRunOf(history, chain, session.now());
  const { last, outcomes, left } = standing;
  const next = nextStartOf(chain, calendar, session.now());
  if (session.json) return session.document('chain', chainDocument(chain, { next, ...standing }));
  const { style } = session.stdout;
  const rule = chain.onFailure === 'stop' ? 'stops after a failure' : 'goes on after a failure';
  session.say(`${style.bold(chain.id)}  ${printable(chain.description)}${chain.description === '' ? '' : '; '}${rule}`);
  const facts: readonly (readonly [string, string])[] = [
    ['schedule', printable([duenessOf(chain), timeText(session, next)].filter(Boolean).join(', next '))],
    ['last run', last === undefined ? 'never' : lastText(session, last, left.run)],
  ];
  for (const [title, text] of facts) session.say(`  ${style.dim(title)}  ${text}`);
  const rows = chainSteps(chain).map((step) => {
    const outcome = outcomes.get(step.id);
    const word = outcome === undefined || left.nodes.has(step.id) ? 'interrupted' : outcomeWord(outcome);
    const ended = outcome === undefined ? '' : `${colouredSign(session, standingOf(outcome))} ${word}`;
    return [`${step.stage}`, step.name, step.when, ended];
  });
  session.sayTable(
    ['stage', 'step', 'waits for', 'last'].map((title) => ({ title })),
    rows,
  );
};

export const graph: Action<ChainGraphFlags> = async (session, [name = ''], { format = 'text' }) => {
  const chain = chainNamed(await readConfiguration(session.place()), name);
  const text = { text: chainAsText, mermaid: chainAsMermaid, dot: chainAsDot }[format](chain);
  if (session.json) return session.document('chain-graph', { id: chain.id, format, text });
  session.say(text);
};

export const run: Action<RunFlags> = async (session, names, flags) => {
  const [name = ''] = names;
  const stray = strayLength(names, flags);
  if (stray !== undefined) await refuseStray(session, stray);
  chainNamed(await readConfiguration(session.place()), name);
  const { action } = await import('./run.ts');
  return await action(session, names, flags);
};

const timeText = (session: Session, at: number | undefined): string =>
  at === undefined ? '' : dayTime(at, session.now());

function lastText(session: Session, last: RunRecord, isLeft: boolean): string {
  const sign = colouredSign(session, standingOfRun(last));
  const outcome = outcomeText(last, new Set(isLeft ? [last.id] : []));
  return `${sign} ${outcome}, ${dayTime(last.startedAt ?? last.queuedAt, session.now())}  ${last.id}`;
}
