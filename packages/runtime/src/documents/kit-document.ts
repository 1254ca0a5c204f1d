import type { SecretReference } from '@umbracore/contracts';
import { kitCommands } from '../kit/commands.ts';
import type { KitFacts } from '../kit/facts.ts';
import { timestamp } from './timestamp.ts';

/** An emergency kit as `umbra.kit/1`, without `output`. */
export const kitDocument = (facts: KitFacts) => ({
  repository: facts.repository,
  id: facts.id,
  format: facts.format,
  location: facts.place.location,
  variables: facts.place.variables.map(({ name, from }) => ({ name, from: from === null ? null : reference(from) })),
  needs: facts.place.needs,
  options: facts.place.options,
  certificates: facts.place.certificates,
  password: {
    from: facts.password.from === null ? null : reference(facts.password.from),
    value: facts.password.value,
  },
  engine: facts.engine,
  configurationFile: facts.configurationFile,
  jobs: facts.jobs,
  series: facts.series.map(({ newest, ...series }) => ({
    ...series,
    newest: { ...newest, time: timestamp(newest.time) },
  })),
  commands: kitCommands(facts),
  host: facts.host,
  madeAt: timestamp(facts.madeAt),
  madeBy: facts.madeBy,
});

const reference = ({ scheme, target }: SecretReference) => ({ scheme, target: [target].flat() });
