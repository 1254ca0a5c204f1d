import { statSync } from 'node:fs';
import { configurationFiles } from '@umbracore/config/memory';
import type { Configuration, Finding } from '@umbracore/contracts';
import { exposedFiles, exposedText } from '../exposed-files.ts';
import type { DoctorSources } from './sources.ts';
import { unusableConfiguration } from './unusable-configuration.ts';

/**
 * Whether its plug-ins could say what they think of it, whether nobody else may change what it was read from, and whether it has jobs.
 * One that was made in memory has no file.
 */
export async function* examineConfiguration({
  configuration,
  faults,
}: Pick<DoctorSources, 'configuration' | 'faults'>): AsyncGenerator<Finding> {
  yield* faults.map(unusableConfiguration);
  const { file } = configuration;
  if (file === undefined) return;
  const exposed = exposedFiles(configurationFiles(configuration));
  for (const each of exposed) {
    yield {
      area: 'config',
      subject: 'config',
      standing: 'bad',
      text: exposedText(each),
      fix: each.fix,
      code: 'config.unsafe',
    };
  }
  if (exposed.length === 0 && faults.length === 0) yield examineFile(file, configuration);
}

function examineFile(file: string, { jobs }: Configuration): Finding {
  const mode = (statSync(file, { throwIfNoEntry: false })?.mode ?? 0) & 0o777;
  const base = { area: 'config', subject: 'config' } as const;
  if ((mode & 0o022) !== 0) {
    const text = `${file} can be changed by others (mode ${mode.toString(8).padStart(4, '0')})`;
    return { ...base, standing: 'bad', text, fix: `chmod go-w ${file}` };
  }
  if (jobs.size === 0) {
    return {
      ...base,
      standing: 'bad',
      text: `${file} has no jobs`,
      fix: 'umbra job add NAME FOLDER',
      code: 'config.no-jobs',
    };
  }
  return { ...base, standing: 'good', text: `${file} is valid, mode ${mode.toString(8).padStart(4, '0')}` };
}
