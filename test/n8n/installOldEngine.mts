import { installOldEngine } from './install.mts';

await installOldEngine();
