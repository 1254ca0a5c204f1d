import type { ErrorCode } from '@umbracore/contracts';

const byCode: Partial<Record<ErrorCode, number>> = {
  'usage.invalid': 400,
  'usage.confirmation-needed': 400,
  'config.no-policy': 404,
  'snapshot.absent': 404,
  'backend.unsupported': 501,
  'restore.target': 409,
  'job.already-running': 409,
  'daemon.refused': 403,
  'state.busy': 503,
  'state.full': 507,
  internal: 500,
};

const byArea: Readonly<Record<string, number>> = {
  // `usage.unknown-…`
  usage: 404,
  config: 422,
  schedule: 422,
  plugin: 422,
};

/** The status that goes with an error; the document in the body says more. */
export const httpStatusOf = (code: ErrorCode): number => byCode[code] ?? byArea[code.split('.')[0] ?? ''] ?? 500;
