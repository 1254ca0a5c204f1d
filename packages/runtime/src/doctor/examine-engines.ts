import { isUmbraError, type RepositoryDefinition, type Finding } from '@umbracore/contracts';
import { failureOf } from './failure-of.ts';
import type { DoctorSources } from './sources.ts';

/** Stands for the repositories to come: the engine is asked for its version, nothing is opened. */
const anyRepository: RepositoryDefinition = {
  name: 'restic',
  backend: 'restic',
  location: '/',
  password: undefined,
  env: {},
  compression: undefined,
  packSizeBytes: undefined,
  limits: {},
  lockWaitMs: 0,
  options: {},
};

/** Which engine is there for each kind of repository, and what it cannot do. */
export async function* examineEngines(
  { repositories, configuration }: Pick<DoctorSources, 'repositories' | 'configuration'>,
  signal: AbortSignal,
): AsyncGenerator<Finding> {
  const seen = new Set<string>();
  const configured = [...configuration.repositories.values()];
  for (const repository of configured.length === 0 ? [anyRepository] : configured) {
    if (seen.has(repository.backend)) continue;
    seen.add(repository.backend);
    const subject = repository.backend;
    const area = subject === 'restic' ? 'restic' : 'engine';
    try {
      const backend = await repositories.backend(repository, signal).catch(async (error: unknown) => {
        if (!isUmbraError(error) || error.code !== 'secret.unavailable') throw error;
        // That is told of the repository; the engine needs no secret to say which one it is.
        return await repositories.backendOf({ definition: repository, password: undefined, env: {} });
      });
      const { version, program, limitations } = await backend.engine({ signal });
      yield { area, standing: 'good', subject, text: `${version} at ${program}` };
      for (const text of limitations) yield { area, standing: 'attention', subject, text };
    } catch (thrown) {
      signal.throwIfAborted();
      yield { area, subject, ...failureOf(thrown) };
    }
  }
}
