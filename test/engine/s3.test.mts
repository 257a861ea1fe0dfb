import { keepInS3 } from '../support/core.mts';
import { expectImage, hurry, useSandbox } from '../support/flux.mts';
import { runWorkflow } from '../support/harness.mts';
import { startS3, type S3 } from '../support/s3.mts';
import { eachStyle, workflowOf } from '../support/styles.mts';

hurry(0.25);
const at = useSandbox();
let s3: S3;

beforeAll(async () => {
	s3 = await startS3('n8n-files');
	await keepInS3(s3);
});
afterAll(async () => await s3?.close());

it.each(eachStyle)(
	'an image of %s goes into an n8n that keeps its files in S3, and from there into an edit',
	async (_, style) => {
		const first = workflowOf(style, at.sandbox, {}, { binaryMode: 's3' });
		const edit = { ...first.parameters, ...style.edit, prompt: 'Make it snow' };
		const run = await runWorkflow({
			...first,
			others: [{ name: 'Edit', node: first.node, parameters: edit }],
		}).result;

		expect(run.error).toBeUndefined();
		await expectImage(run);
		const drawn = (await at.sandbox.jobs[0].drawn.get(0)) as Buffer;
		const [{ json, binary }] = run.items;
		const { id, fileName } = binary!.data;
		expect(fileName).toBe(json.fileName);
		expect(await s3.file(id!.replace('s3:', ''))).toEqual({ type: json.mimeType, bytes: drawn });

		const { source, references = [] } = at.sandbox.jobs[1].drawings[0].edit ?? {};
		expect([source, ...references].some((image) => image?.equals(drawn))).toBe(true);
		const [{ binary: edited }] = run.output('Edit');
		expect(edited!.data.id).toMatch(/^s3:/);
	},
);
