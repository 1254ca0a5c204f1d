export { createPrivilegedBridge, type PrivilegedBridgeOptions } from './client/privileged-bridge.ts';
export { defaultPolicyFile, defaultSocketDir, proofDirIn, socketIn } from './places.ts';
export { protocolVersion } from './protocol/requests.ts';
