import type { Finding } from './finding.ts';
import type { BundleFacts } from './bundle/bundle.ts';

export interface DoctorReport {
  readonly findings: readonly Finding[];
  readonly exitCode: number;
  /** Null if none was asked for. */
  readonly bundle: BundleFacts | null;
}

/** `umbra.doctor/1`. */
export const doctorDocument = ({ findings, exitCode, bundle }: DoctorReport) => ({
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
