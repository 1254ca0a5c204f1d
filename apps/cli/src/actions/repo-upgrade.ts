import { UmbraError, type Progress } from '@umbracore/contracts';
import { upgradedDocument } from '@umbracore/runtime/documents';
import { repositoryNamed } from '@umbracore/runtime/history';
import type { Action } from '../command.ts';
import { careByDaemon } from '../daemon/care-by-daemon.ts';
import { withView } from '../progress/operation-view.ts';
import { confirm } from '../prompt/prompt.ts';

type Upgraded = ReturnType<typeof upgradedDocument>;

export const action: Action<object> = async (session, [name = '']) => {
  const { repositories, configuration } = await session.runtime();
  const definition = repositoryNamed(configuration, name);
  const { signal } = session.interrupt;
  const backend = await repositories.backend(definition, signal);
  const before = await backend.open({ signal });
  const question = `Bring ${name} from format ${before.format} to the newest one? restic before 0.14 cannot open it afterwards.`;
  if (before.format < 2 && backend.supports.has('upgrade') && !(await confirm(session, question, false))) {
    throw new UmbraError('run.cancelled', 'nothing was changed');
  }
  const upgrade = async (report?: (progress: Progress) => void): Promise<Upgraded> =>
    upgradedDocument(definition, await backend.upgrade({ signal, report }));
  const path = `/v1/repositories/${encodeURIComponent(name)}/upgrade`;
  const upgradeAnywhere = async (report: (progress: Progress) => void): Promise<Upgraded> =>
    (await careByDaemon<Upgraded>(session, { path, body: {}, report })) ?? (await upgrade(report));
  const after = before.format < 2 ? await withView(session, `upgrading ${name}`, upgradeAnywhere) : await upgrade();
  if (session.json) return session.document('repository', after);
  const was = after.format === before.format ? 'already, nothing was changed' : `now, was ${before.format}`;
  session.done(`${name} has format ${after.format} ${was}`);
  if (after.format !== before.format) {
    session.notice('What is there stays as it is; new data is compressed. A prune repacks only what it has to.');
  }
};
