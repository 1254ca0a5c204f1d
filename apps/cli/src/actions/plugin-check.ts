import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { isUmbraError } from '@umbracore/contracts';
import type { ChosenPlugin } from '@umbracore/runtime';
import type { Action } from '../command.ts';
import { isPluginPath, pluginAt, pluginNamed, readConfiguration, trialsOf } from '../doors/plugins.ts';
import { printable, printableLines } from '../output/printable.ts';
import { formatQuantity } from '../output/sizes.ts';
import type { Session } from '../session.ts';

type Trial = Awaited<ReturnType<typeof trialsOf>>[number];
type Tried = Awaited<ReturnType<Trial['run']>> & { readonly subject: string };

export const check: Action<object> = async (session, [name = '']) => {
  const chosen = await find(session, name);
  const { signal } = session.interrupt;
  const results: Tried[] = [];
  let subject = '';
  for (const trial of await trialsOf(chosen, session.place())) {
    signal.throwIfAborted();
    if (trial.subject !== subject) session.say(session.stdout.style.bold(printable(trial.subject)));
    subject = trial.subject;
    const result = { ...(await trial.run()), subject };
    results.push(result);
    show(session, result);
  }
  if (session.json) return answer(session, chosen, results);
  session.say(sentence(session, chosen, results));
  return holds(results) ? 0 : 1;
};

/** A file or package that is there, else one that the configuration names. */
async function find(session: Session, name: string): Promise<ChosenPlugin> {
  const place = session.place();
  if (isPluginPath(name) && existsSync(resolve(session.cwd, name))) return await pluginAt(place, name);
  const configuration = await readConfiguration(place).catch((error: unknown) => {
    if (isUmbraError(error) && error.code === 'config.absent') return undefined;
    throw error;
  });
  if (configuration === undefined) return await pluginAt(place, name);
  return await pluginNamed(place, configuration, name).catch((error: unknown) => {
    // Not one of those, so perhaps a package that is installed here.
    return pluginAt(place, name).catch((absent: unknown) => {
      throw isPluginPath(name) ? absent : error;
    });
  });
}

function show(session: Session, result: Tried): void {
  const { style } = session.stdout;
  if (result.outcome === 'passed') return session.say(`  ${style.green(session.signs.good)} ${printable(result.name)}`);
  if (result.outcome === 'skipped') {
    if (session.verbosity > 0)
      session.say(`  ${style.dim(`- ${printable(result.name)}: ${printable(result.reason)}`)}`);
    return;
  }
  session.say(`  ${style.red(session.signs.bad)} ${printable(result.name)}`);
  for (const line of printableLines(result.error.message).trimEnd().split('\n')) session.say(`      ${line}`);
}

/** What was not tried at all keeps no contract. */
const holds = (results: readonly Tried[]): boolean =>
  countOf(results, 'failed') === 0 && countOf(results, 'passed') > 0;

const countOf = (results: readonly Tried[], outcome: Tried['outcome']): number =>
  results.filter((one) => one.outcome === outcome).length;

function sentence(session: Session, { plugin }: ChosenPlugin, results: readonly Tried[]): string {
  const { style } = session.stdout;
  const [passed, failed, skipped] = [
    countOf(results, 'passed'),
    countOf(results, 'failed'),
    countOf(results, 'skipped'),
  ];
  const rest = skipped === 0 ? '' : `, ${skipped} ${skipped === 1 ? 'does' : 'do'} not apply`;
  const name = printable(plugin.name);
  if (results.length === 0)
    return `${style.yellow(session.signs.attention)} ${name} brings nothing that could be tried`;
  if (passed + failed === 0)
    return `${style.yellow(session.signs.attention)} nothing of ${name} was tried: its trials do not say with what`;
  if (failed === 0)
    return `${style.green(session.signs.good)} ${name} keeps its contracts: ${formatQuantity(passed, 'case')} passed${rest}`;
  return `${style.red(session.signs.bad)} ${name} breaks its contracts: ${formatQuantity(failed, 'case')} failed, ${passed} passed${rest}`;
}

function answer(session: Session, { plugin, use }: ChosenPlugin, results: readonly Tried[]): number {
  const cases = results.map((one) => ({
    subject: one.subject,
    name: one.name,
    outcome: one.outcome,
    text: one.outcome === 'failed' ? one.error.message : one.outcome === 'skipped' ? one.reason : null,
  }));
  session.document('plugin-check', { plugin: plugin.name, use: use ?? null, ok: holds(results), cases });
  return holds(results) ? 0 : 1;
}
