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

/**
 * The system calls that take an engine back behind others. To be allowed after what has rights was not: nobody gets more by them
 * without a capability that no unit of ours has.
 */
export const givingWay = 'ioprio_set sched_setaffinity sched_setattr sched_setscheduler setpriority';
