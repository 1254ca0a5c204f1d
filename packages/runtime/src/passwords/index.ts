export { rotatePassword, type Rotation, type RotationRequest } from './rotate.ts';
export { makePassword, ownPasswordFile } from './own-password.ts';
export { addPassword, newPassword, removableKey } from './keys.ts';
