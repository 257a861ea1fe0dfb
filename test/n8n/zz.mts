import { mkdtemp } from 'node:fs/promises';
import { startN8n } from './server.mts';
import { packProject } from './pack.mts';
const packageTarball = await packProject();
const userFolder = await mkdtemp('/tmp/zz-');
for (let i=0;i<2;i++){
const t=Date.now();
const n = await startN8n({packageTarball,userFolder,env:{NODE_OPTIONS:`--cpu-prof --cpu-prof-dir=/tmp/prof${i}`}});
console.log('up',Date.now()-t);
await n.stop();
}
process.exit(0)
