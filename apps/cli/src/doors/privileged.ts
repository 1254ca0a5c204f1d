export { defaultPolicyFile, defaultSocketDir, socketIn } from '@umbracore/runtime';
