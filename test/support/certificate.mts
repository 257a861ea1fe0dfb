import { generateKeyPairSync, sign } from 'node:crypto';

const der = (tag: number, ...parts: Buffer[]): Buffer => {
	const body = Buffer.concat(parts);
	const length = body.length < 128 ? [body.length] : [0x82, body.length >> 8, body.length & 255];
	return Buffer.concat([Buffer.from([tag, ...length]), body]);
};
const sequence = (...parts: Buffer[]) => der(0x30, ...parts);
const hex = (tag: number, digits: string) => der(tag, Buffer.from(digits, 'hex'));
const text = (tag: number, words: string) => der(tag, Buffer.from(words));

/** A certificate for TLS that nobody has signed but its own key, made anew: for clients that are told to accept any. */
export function selfSigned(): { key: string; cert: string } {
	const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
	const ecdsaWithSha256 = sequence(hex(0x06, '2a8648ce3d040302'));
	const name = sequence(der(0x31, sequence(hex(0x06, '550403'), text(0x0c, 'a test'))));
	const content = sequence(
		der(0xa0, hex(0x02, '02')),
		hex(0x02, '01'),
		ecdsaWithSha256,
		name,
		sequence(text(0x17, '200101000000Z'), text(0x17, '491231235959Z')),
		name,
		publicKey.export({ type: 'spki', format: 'der' }),
	);
	const signature = sign('sha256', content, privateKey);
	const whole = sequence(content, ecdsaWithSha256, der(0x03, Buffer.from([0]), signature));
	const lines = whole.toString('base64').replace(/.{64}/g, '$&\n');
	return {
		key: privateKey.export({ type: 'pkcs8', format: 'pem' }) as string,
		cert: `-----BEGIN CERTIFICATE-----\n${lines}\n-----END CERTIFICATE-----\n`,
	};
}
