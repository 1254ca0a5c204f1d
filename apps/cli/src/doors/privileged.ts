export { defaultPolicyFile, defaultSocketDir, proofDirIn, socketIn } from '@umbracore/runtime';
