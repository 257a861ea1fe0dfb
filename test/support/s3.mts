import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import S3rver from 's3rver';

/** An S3 server on loopback with one bucket, which knows one key. */
export interface S3 {
	url: string;
	bucket: string;
	region: string;
	accessKeyId: string;
	secretAccessKey: string;
	/** What a file of the bucket holds, and its type; undefined if there is none of this name. */
	file(name: string): Promise<{ type: string | null; bytes: Buffer } | undefined>;
	close(): Promise<void>;
}

/** Starts an S3 server that is not ours. */
export async function startS3(bucket: string): Promise<S3> {
	const directory = await mkdtemp(join(tmpdir(), 'n8n-nodes-flux-s3-'));
	const configureBuckets = [{ name: bucket, configs: [] }];
	const server = new S3rver({ port: 0, address: '127.0.0.1', silent: true, directory, configureBuckets });
	const url = `http://127.0.0.1:${(await server.run()).port}`;
	return {
		...{ url, bucket, region: 'us-east-1', accessKeyId: 'S3RVER', secretAccessKey: 'S3RVER' },
		async file(name) {
			const response = await fetch(`${url}/${bucket}/${name}`);
			if (response.status === 404) return undefined;
			const bytes = Buffer.from(await response.arrayBuffer());
			return { type: response.headers.get('content-type'), bytes };
		},
		async close() {
			await server.close();
			await rm(directory, { recursive: true, force: true });
		},
	};
}
