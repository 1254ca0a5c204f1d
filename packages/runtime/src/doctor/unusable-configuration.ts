import type { Finding, UmbraError } from '@umbracore/contracts';
import { failureOf } from './failure-of.ts';

/** That the configuration, or what it asks for, cannot be used. */
export const unusableConfiguration = (error: UmbraError): Finding => ({
  area: 'config',
  subject: 'config',
  ...failureOf(error),
});
