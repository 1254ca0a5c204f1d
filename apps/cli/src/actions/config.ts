import { UmbraError } from '@umbracore/contracts';
import { shownLocation } from '@umbracore/runtime/documents';
import type { Action } from '../command.ts';
import type { ConfigShowFlags } from '../commands/config.ts';
import { showJobValues } from '../config/job-values.ts';
import { shownConfiguration, shownDocument } from '../config/shown-configuration.ts';
import { configurationJsonSchema, discoverConfiguration } from '../doors/configuration.ts';
import { countJobs, countText } from '../output/count-jobs.ts';
import { printable } from '../output/printable.ts';
import { formatQuantity } from '../output/sizes.ts';

type NoFlags = object;

export const path: Action<NoFlags> = async (session) => {
  const { env, cwd, home } = session;
  const systemScope = process.getuid?.() === 0;
  const { file, hidden, searched, passedOver } = await discoverConfiguration({
    path: session.globals.config,
    env,
    cwd,
    home,
    systemScope,
  });
  if (file === undefined) {
    throw new UmbraError(
      'config.absent',
      `no configuration was found; looked at:\n${searched.map((each) => `  ${each}`).join('\n')}`,
      {
        hint: 'Run `umbra init`, or name a file with --config.',
      },
    );
  }
  if (session.json) return session.document('config-path', { file, hidden, passedOver: passedOver ?? null });
  session.say(printable(file));
  for (const each of hidden) session.notice(`  hides ${printable(each)}`);
  if (passedOver !== undefined)
    session.notice(`  passed over ${printable(passedOver)}: root does not read one from the current folder`);
};

export const check: Action<NoFlags> = async (session) => {
  // The plug-ins bring the conditions; of this file nothing else needs them.
  const { checkConfiguration, configurationWarnings } = await import('../doors/runtime.ts');
  const configuration = await checkConfiguration(session.place());
  const { file, jobs, repositories } = configuration;
  if (jobs.size === 0) {
    throw new UmbraError('config.no-jobs', `${file ?? 'the configuration'} has no jobs, so nothing would be saved`, {
      hint: 'Add one: umbra job add NAME FOLDER.',
    });
  }
  const names = { jobs: [...jobs.keys()], repositories: [...repositories.keys()] };
  const warnings = await configurationWarnings(configuration);
  if (session.json) return session.document('config-check', { file: file ?? null, valid: true, ...names, warnings });
  const places = formatQuantity(repositories.size, 'repository', 'repositories');
  const numbers = `${countText(countJobs(jobs.values()))}, ${places}`;
  session.done(`${printable(file ?? '')} is valid: ${numbers}`);
  const { style } = session.stderr;
  for (const { job, text, fix } of warnings)
    session.stderr.line(`${style.yellow(session.signs.attention)} ${style.bold(job)}  ${printable(`${text}: ${fix}`)}`);
};

export const show: Action<ConfigShowFlags> = async (session, _args, { effective, origin = false }) => {
  const shown = await shownConfiguration(session, effective);
  if (session.json) return session.document('config', shownDocument(shown));
  const { configuration, repositories, jobs } = shown;
  const { style } = session.stdout;
  if (effective === undefined)
    session.say(style.dim(`# ${printable(configuration.file ?? '')}, zone ${configuration.timezone}`));
  for (const { name, location } of repositories)
    session.say(`repository ${style.bold(name)}  ${printable(shownLocation(location))}`);
  for (const { id, values } of jobs) {
    showJobValues(session, { id, isChain: configuration.jobs.get(id)?.kind === 'chain', values }, origin);
  }
};

export const schema: Action<NoFlags> = async (session) => {
  session.stdout.line(JSON.stringify(configurationJsonSchema(), null, 2));
};
