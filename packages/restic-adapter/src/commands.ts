import { UmbraError, type BackendHost, type EngineCommands } from '@umbracore/contracts';
import { backupCall } from './operations/backup.ts';
import { restoreCall } from './operations/restore.ts';
import { Restic } from './restic.ts';

/** Command lines of restic for a program that starts engines and leaves it to others to read what they say. */
export function createResticCommands(host: BackendHost): EngineCommands {
  return {
    async backup(repository, spec, limits) {
      const restic = new Restic(repository, host);
      const { features } = await restic.program({});
      const { command } = await restic.prepare(backupCall(restic, spec, features, limits), { limits });
      return { command, version: features.version };
    },
    async restore(repository, spec, limits) {
      const restic = new Restic(repository, host);
      const { features } = await restic.program({});
      if (!features.restoreOverExisting) throw throughLinks(features.version);
      const { command } = await restic.prepare(restoreCall(spec, features), { limits });
      return { command, version: features.version };
    },
  };
}

/** A snapshot of a hostile repository may hold a link and files below it. */
const throughLinks = (version: string): UmbraError =>
  new UmbraError('backend.unsupported', `restic ${version} writes through links: nothing is restored with its rights`, {
    hint: 'Install restic 0.17 or newer for the privileged program.',
  });
