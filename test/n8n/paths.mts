import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The root of the repository. */
export const ROOT = fileURLToPath(new URL('../..', import.meta.url)).replace(/\/$/, '');

/** Where n8n and its Node are installed; not in git. */
export const HOST_FOLDER = join(ROOT, '.n8n-host');

/** The name of this package and of the folder that n8n loads it from. */
export const PACKAGE_NAME = 'n8n-nodes-flux';
