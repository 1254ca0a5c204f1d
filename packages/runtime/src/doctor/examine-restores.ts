import type { Finding } from '@umbracore/contracts';
import { tellLeft } from '../status/restores-left.ts';
import type { DoctorSources } from './sources.ts';

interface Asked {
  readonly restores: Pick<DoctorSources['restores'], 'left'>;
}

/** Restores that nobody has brought to their end: whoever began one may not know what of it is in place. */
export async function* examineRestores({ restores }: Asked): AsyncGenerator<Finding> {
  for (const record of restores.left()) {
    const { text, fix } = tellLeft(record);
    yield { area: 'restore', subject: record.id, standing: 'attention', text, fix };
  }
}
