export { defaultPolicyFile, defaultSocketDir, policyOf, proofDirIn, socketIn } from '@umbracore/runtime';
