import { availableParallelism, release, type } from 'node:os';

/** What the figures of a run depend on, in a few words. */
export const environment = () =>
  `Node ${process.versions.node}, ${type()} ${release().split('-')[0]}, ${availableParallelism()} cores`;
