import { readmeWithTable } from './modelTable.mts';

it('lists in the README the services, and the models and fields of the catalogue, as `npm run models` writes them', async () => {
	const { now, wanted } = await readmeWithTable();
	expect(now).toBe(wanted);
});
