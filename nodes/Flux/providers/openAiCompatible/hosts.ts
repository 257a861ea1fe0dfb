import type { Hosts } from '../../provider';
import { services } from './services';

const addresses = (isOwn: boolean) =>
	Object.fromEntries(
		services.flatMap(({ name, baseUrl, isOwn: own = false }) =>
			baseUrl !== undefined && own === isOwn ? [[name, baseUrl]] : [],
		),
	);

/** Base URLs of this style come before `/images/…`. */
export const hosts: Hosts = {
	choice: 'service',
	fixed: addresses(false),
	usual: addresses(true),
	adviceToChoose:
		'Choose the service that the key belongs to in the Service field of the credential, then save it. A credential of an early version in which none was chosen meant Crazyrouter.',
	example: 'https://images.example.com/v1',
	hasVersion: true,
	// At the root of a host `/models` is where some servers have all that they do.
	requestPath:
		/\/images\/(?:generations|edits|variations)$|\/(?:chat\/)?completions$|(?<=[^/])\/(?:images|models(?:\/capabilities)?|responses|embeddings)$/i,
	request: '/images/generations',
	keepsQuery: true,
	keyIsOptional: true,
};
