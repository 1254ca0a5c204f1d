/**
 * Walls around every service of ours that the system's manager starts. Not PrivateUsers, which would save everybody's files as
 * nobody's; not MemoryDenyWriteExecute, for Node compiles as it runs; not ProcSubset, which hides the id of the boot: engines and
 * owners of runs are known by it, and whoever does not see it takes those that live for dead.
 */
export const systemWalls: readonly (readonly [string, string])[] = [
  ['ProtectSystem', 'strict'],
  ['ProtectHome', 'read-only'],
  ['PrivateTmp', 'yes'],
  ['PrivateMounts', 'yes'],
  ['PrivateDevices', 'yes'],
  ['DevicePolicy', 'closed'],
  ['ProtectKernelTunables', 'yes'],
  ['ProtectKernelModules', 'yes'],
  ['ProtectKernelLogs', 'yes'],
  ['ProtectControlGroups', 'yes'],
  ['ProtectClock', 'yes'],
  ['ProtectHostname', 'yes'],
  ['ProtectProc', 'invisible'],
  ['RemoveIPC', 'yes'],
];
