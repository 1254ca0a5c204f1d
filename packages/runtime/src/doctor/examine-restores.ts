import type { Finding } from '@umbracore/contracts';
import type { RestoreRecord } from '@umbracore/restore';
import type { DoctorSources } from './sources.ts';

interface Asked {
  readonly restores: Pick<DoctorSources['restores'], 'left'>;
}

/** Restores that nobody has brought to their end: whoever began one may not know what of it is in place. */
export async function* examineRestores({ restores }: Asked): AsyncGenerator<Finding> {
  for (const record of restores.left())
    yield { area: 'restore', subject: record.id, standing: 'attention', ...told(record) };
}

function told({ id, state, target, snapshot }: RestoreRecord): Pick<Finding, 'text' | 'fix'> {
  const what = `${snapshot.slice(0, 8)} ${target === null ? 'in place' : `into ${target}`}`;
  if (state === 'undoing') return { text: `${what} is taken back in part`, fix: `umbra restore --undo ${id}` };
  if (state === 'moving')
    return {
      text: `${what} broke off with a part of it in place`,
      fix: `umbra restore --resume ${id}, or take it back with --undo ${id}`,
    };
  return {
    text: `${what} broke off before anything was in place`,
    fix: `umbra restore --resume ${id}, or give it up with --discard ${id}`,
  };
}
