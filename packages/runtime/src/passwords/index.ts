export { rotatePassword, type Rotation, type RotationRequest } from './rotate.ts';
