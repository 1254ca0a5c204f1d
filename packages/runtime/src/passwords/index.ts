export { rotatePassword, type Rotation, type RotationRequest } from './rotate.ts';
export { addPassword, newPassword, removableKey } from './keys.ts';
