export { createPrivilegedBridge, type PrivilegedBridgeOptions } from './client/privileged-bridge.ts';
export { defaultPolicyFile, defaultSocketDir, socketIn } from './places.ts';
export { protocolVersion } from './protocol/requests.ts';
