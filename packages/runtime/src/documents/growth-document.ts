import type { Instant, RepositoryDefinition, Snapshot } from '@umbracore/contracts';
import type { FolderGrowth } from '../search/growth-of.ts';
import { timestamp, timestampOrNull } from './timestamp.ts';

export interface Growth {
  readonly repository: Pick<RepositoryDefinition, 'name'>;
  readonly from: Snapshot;
  readonly to: Snapshot;
  readonly asOf: Instant | undefined;
  readonly path: string;
  readonly folders: readonly FolderGrowth[];
}

export const growthDocument = ({ repository, from, to, asOf, path, folders }: Growth) => ({
  repository: repository.name,
  from: { snapshot: from.id, time: timestamp(from.time) },
  to: { snapshot: to.id, time: timestamp(to.time) },
  asOf: timestampOrNull(asOf),
  path,
  folders: folders.map(({ path: at, before, after }) => ({
    path: at,
    before: { files: before.files, bytes: before.bytes },
    after: { files: after.files, bytes: after.bytes },
  })),
});

export type GrowthDocument = ReturnType<typeof growthDocument>;
