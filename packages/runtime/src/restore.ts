// A door of its own: what a restore consists of, without anything that runs jobs.
export * from '@umbracore/restore';
export { deletingFor, type DeletingSources } from './restores/deleting.ts';
