import { installHost, installOldEngine } from './install.mts';

const parts: Record<string, () => Promise<unknown>> = { host: installHost, old: installOldEngine };

// What it has started ends with it.
process.once('SIGTERM', () => process.exit(1));
await parts[process.argv[2]]();
