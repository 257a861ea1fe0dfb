import type { Hosts } from '../../provider';
import { services } from './services';
import type { Service } from './service';

const byName = <T>(read: (service: Service) => T | undefined): Record<string, T> =>
	Object.fromEntries(
		services.flatMap((service) => {
			const found = read(service);
			return found === undefined ? [] : [[service.name, found]];
		}),
	);

/** Base URLs of this style come before `/images/…`. */
export const hosts: Hosts = {
	choice: 'service',
	fixed: byName(({ baseUrl, isSelfHosted, ending }) =>
		isSelfHosted || ending !== undefined ? undefined : baseUrl,
	),
	usual: byName(({ baseUrl, isSelfHosted }) => (isSelfHosted ? baseUrl : undefined)),
	endings: byName(({ baseUrl = '', ending }) => ending && { ...ending, example: baseUrl }),
	tests: byName(({ test }) => test),
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
