export { composePrivileged, type PrivilegedOptions } from './compose-privileged.ts';
export { keepToOurselves } from '../keep-to-ourselves.ts';
export { systemClock } from '../system-clock.ts';
export { defaultPolicyFile, defaultSocketDir, proofDirIn, socketIn } from '@umbracore/xpc-bridge/light';
export { PolicyFile, type Listening, type Serving, type ViewOrder } from '@umbracore/xpc-bridge/program';
