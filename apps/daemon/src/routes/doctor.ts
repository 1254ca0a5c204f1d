import { findingAreas, type Finding } from '@umbracore/contracts';
import { examine, unusableConfiguration, withLocksRemoved } from '@umbracore/runtime';
import { doctorDocument, doctorExitCode } from '@umbracore/runtime/documents';
import * as z from 'zod/mini';
import { defineRoute } from '../http/route.ts';
import { repositoryWorkDocument } from '../requests/repository-work-document.ts';

export const doctor = defineRoute({
  method: 'post',
  path: '/v1/doctor',
  access: 'control',
  summary:
    'Looks for what is, or will be, in the way of this daemon, with its own environment; trouble is a result, and the work is done',
  input: {
    body: z.strictObject({
      only: z.optional(z.enum(findingAreas)),
      /** Removes locks whose owners are provably gone. */
      fix: z._default(z.boolean(), false),
    }),
  },
  answers: { 202: { text: 'The work as it is now', document: 'repository-work' } },
  async handle({ daemon, body: { only, fix } }) {
    await daemon.refresh();
    const { runtime, live, version } = daemon;
    const sources = { ...runtime, configuration: live.current, faults: live.faults };
    const work = daemon.works.begin('doctor', undefined, async (operation) => {
      const isAsked = only === undefined || only === 'config';
      const findings: Finding[] =
        isAsked && live.refusal !== undefined ? [unusableConfiguration(live.refusal.error)] : [];
      const found = examine(sources, { version, only }, operation);
      for await (const finding of fix ? withLocksRemoved(found, sources, operation) : found) findings.push(finding);
      const exitCode = doctorExitCode(findings);
      return { schema: 'umbra.doctor/1', ...doctorDocument({ findings, exitCode, bundle: null }) };
    });
    return { status: 202, document: repositoryWorkDocument(work) };
  },
});
