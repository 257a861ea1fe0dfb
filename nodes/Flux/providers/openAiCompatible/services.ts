import { plainFields } from './fields';
import { microsoftFoundry, openRouter } from './gateways';
import { hosted } from './hosted';
import { selfHosted } from './selfHosted';
import type { Service } from './service';

/** Any other server: OpenAI's fields, and those that many servers have beside them. */
const custom: Service = {
	name: 'custom',
	label: 'Custom',
	description: "Any other service or server of your own that speaks OpenAI's images API",
	fields: [plainFields],
};

/** What every credential of this style can choose from, by name. Where a service's documents are silent, OpenAI's rules apply. */
export const services: readonly Service[] = [
	...hosted,
	...selfHosted,
	custom,
	microsoftFoundry,
	openRouter,
].sort((one, other) => one.label.localeCompare(other.label, 'en'));

/** The service that the credential chose; `custom` if it is unknown. */
export const serviceNamed = (name: unknown): Service =>
	services.find((service) => service.name === name) ?? custom;
