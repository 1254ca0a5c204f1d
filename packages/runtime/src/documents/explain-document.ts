import type { JobId } from '@umbracore/contracts';
import type { Decision } from '@umbracore/coordinator-core';

/** Why a job runs, or does not, as `umbra.explain/1` has it. */
export const explainDocument = (job: JobId, { verdict, reasons }: Decision) => ({
  job,
  verdict: verdict.type,
  reasons,
});
