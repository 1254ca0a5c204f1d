import type { RunDocument } from '@umbracore/runtime/documents';

type ChainReport = Extract<RunDocument['report'], { readonly kind: 'chain' }>;

/** What the run of a chain tells of its nodes. */
export const nodesOf = ({ report }: RunDocument): ChainReport['nodes'] =>
  report?.kind === 'chain' ? report.nodes : [];
