/** The borg that the test run has brought, or that was named by hand; empty if there is none: then its tests count as skipped. */
export const borgProgram = process.env['UMBRA_TEST_BORG'] ?? '';
