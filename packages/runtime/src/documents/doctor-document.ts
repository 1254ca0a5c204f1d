import type { Finding } from '@umbracore/contracts';
import { exitCodes } from './exit-codes.ts';

export interface DoctorReport<Bundle> {
  readonly findings: readonly Finding[];
  readonly exitCode: number;
  /** The support bundle that was made beside it; null if none was asked for. */
  readonly bundle: Bundle | null;
}

/** What is bad is in the way of something. */
export const doctorExitCode = (findings: readonly Finding[]): number =>
  findings.some(({ standing }) => standing === 'bad') ? exitCodes.failed : exitCodes.done;

export type DoctorDocument = ReturnType<typeof doctorDocument>;

/** `umbra.doctor/1`. */
export const doctorDocument = <Bundle = never>({ findings, exitCode, bundle }: DoctorReport<Bundle>) => ({
  findings: findings.map(findingDocument),
  bundle,
  exitCode,
});

const findingDocument = ({ area, subject, standing, text, fix, code }: Finding) => ({
  area,
  subject,
  standing,
  text,
  fix: fix ?? null,
  code: code ?? null,
});
