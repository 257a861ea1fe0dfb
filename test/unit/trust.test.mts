import {
	isPrivateHost,
	isSafeBase,
	mayCarryKey,
	mayDownload,
	parseHttpUrl,
} from '../../nodes/Flux/http/trust.ts';

const hostOf = (url: string) => new URL(url).hostname;

describe('A host is private', () => {
	it.each([
		['localhost', 'http://localhost'],
		['localhost in upper case', 'http://LOCALHOST:3000'],
		['localhost with the dot of the root', 'http://localhost./'],
		['a name under localhost', 'http://app.localhost'],
		['loopback', 'http://127.0.0.1'],
		['another loopback', 'http://127.8.9.10'],
		['loopback, short', 'http://127.1'],
		['loopback as one decimal number', 'http://2130706433'],
		['loopback in hex', 'http://0x7f000001'],
		['loopback in hex parts', 'http://0x7f.0.0.1'],
		['loopback in octal', 'http://0177.0.0.1'],
		['loopback in full-width digits', 'http://１２７.０.０.１'],
		['loopback with the dot of the root', 'http://127.0.0.1./'],
		['localhost in circled letters', 'http://ⓛocalhost'],
		['every address of this machine', 'http://0.0.0.0'],
		['zero', 'http://0'],
		['10/8', 'http://10.255.0.1'],
		['the start of carrier-grade NAT', 'http://100.64.0.1'],
		['the end of carrier-grade NAT', 'http://100.127.255.254'],
		['the metadata service of clouds', 'http://169.254.169.254'],
		['the metadata service in decimal', 'http://2852039166'],
		['the start of 172.16/12', 'http://172.16.0.1'],
		['the end of 172.16/12', 'http://172.31.255.254'],
		['192.168/16', 'http://192.168.1.20:8080'],
		['protocol assignments', 'http://192.0.0.8'],
		['multicast', 'http://224.0.0.1'],
		['what is reserved', 'http://255.255.255.255'],
		['IPv6 multicast', 'http://[ff02::1]'],
		['a service of Kubernetes', 'http://comfy.images.svc:8188'],
		['the domain of many routers', 'http://server.localdomain'],
		['the domain of many companies', 'http://images.corp'],
		['benchmark networks', 'http://198.18.0.1'],
		['benchmark networks, second half', 'http://198.19.255.1'],
		['IPv6 loopback', 'http://[::1]:8080'],
		['IPv6 loopback, long', 'http://[0:0:0:0:0:0:0:1]'],
		['IPv6 unspecified', 'http://[::]'],
		['IPv6 unique local, fc', 'http://[fc00::1]'],
		['IPv6 unique local, fd, upper case', 'http://[FD12:3456::1]'],
		['IPv6 link-local', 'http://[fe80::1]'],
		['the end of IPv6 link-local', 'http://[febf::1]'],
		['IPv4 written as IPv6', 'http://[::ffff:10.0.0.1]'],
		['loopback written as IPv6', 'http://[::ffff:7f00:1]'],
		['a name of a cloud network', 'http://metadata.google.internal'],
		['a name of multicast DNS', 'http://nas.local'],
		['a name of a router', 'http://box.lan'],
		['a name of a home network', 'http://tv.home.arpa'],
		['a name without a dot', 'http://comfyui:8188'],
	])('if it is %s (%s)', (_, url) => {
		expect(isPrivateHost(hostOf(url))).toBe(true);
	});
});

describe('A host is public', () => {
	it.each([
		['https://api.bfl.ai'],
		['https://example.com'],
		['https://localhost.example.com'],
		['https://notlocalhost.com'],
		['https://127.0.0.1.example.com'],
		['https://10.evil.com'],
		['https://0.example.com'],
		['https://192.168.evil.com'],
		['https://172.16.evil.com'],
		['https://169.254.169.254.evil.com'],
		['https://8.8.8.8'],
		['https://100.63.255.255'],
		['https://100.128.0.1'],
		['https://172.15.0.1'],
		['https://172.32.0.1'],
		['https://192.167.1.1'],
		['https://192.0.1.1'],
		['https://223.255.255.1'],
		['https://corp.example.com'],
		['https://198.17.0.1'],
		['https://198.20.0.1'],
		['https://169.253.1.1'],
		['https://11.0.0.1'],
		['https://[2606:4700::1111]'],
		['https://internal.example.com'],
		['https://mylan.io'],
		['https://fc00.example.com'],
	])('if it is %s', (url) => {
		expect(isPrivateHost(hostOf(url))).toBe(false);
	});
});

describe('A base URL', () => {
	it.each([
		['https://api.bfl.ai', true],
		['https://images.example.com/flux', true],
		['HTTPS://API.BFL.AI', true],
		['https://10.0.0.7', true],
		['http://localhost:3000', true],
		['http://127.0.0.1:3000', true],
		['http://[::1]:3000', true],
		['http://192.168.1.20', true],
		['http://comfyui:8188', true],
		['http://api.bfl.ai', false],
		['http://example.com', false],
		['http://8.8.8.8', false],
		['http://[::ffff:8.8.8.8]/v1', false],
		['http://[2002:808:808::1]/v1', false],
		['http://localhost.example.com', false],
		['http://10.evil.com', false],
		['ftp://localhost', false],
		['file:///etc/passwd', false],
		['javascript:alert(1)', false],
		['api.bfl.ai', false],
		['//api.bfl.ai', false],
		['', false],
	])('%j is safe: %s', (url, isSafe) => {
		expect(isSafeBase(url)).toBe(isSafe);
	});
});

describe('The key goes', () => {
	const bfl = 'https://api.bfl.ai';
	it.each([
		['to its own host', `${bfl}/v1/flux-2-pro`, bfl],
		['to a path on its own host', '/v1/credits', bfl],
		['to its own host in upper case', 'HTTPS://API.BFL.AI/v1/credits', bfl],
		['to its own host with the usual port', 'https://api.bfl.ai:443/v1/credits', bfl],
		['to a cluster of Black Forest Labs', 'https://api.us1.bfl.ai/v1/get_result?id=1', bfl],
		['from a region to another one', 'https://api.us.bfl.ai/v1/get_result', 'https://api.eu.bfl.ai'],
		['to a host written with an ideographic stop', 'https://api.bfl。ai/v1/credits', bfl],
		['to a proxy of the user', 'https://flux.example.com/v1/x', 'https://flux.example.com'],
		['to a proxy with a path', 'https://example.com/other/v1/x', 'https://example.com/flux'],
		['to a server on this machine', 'http://127.0.0.1:3000/v1/x', 'http://127.0.0.1:3000'],
		['to a server in this network', 'http://192.168.1.20:8080/v1/x', 'http://192.168.1.20:8080'],
	])('%s', (_, target, base) => {
		expect(mayCarryKey(target, { baseUrl: base, family: 'bfl.ai' })).toBe(true);
	});

	it.each([
		['without encryption', 'http://api.bfl.ai/v1/credits', bfl],
		['to a cluster without encryption', 'http://api.us1.bfl.ai/v1/x', bfl],
		['to another port', 'https://api.bfl.ai:8443/v1/credits', bfl],
		['to another port of a cluster', 'https://api.us1.bfl.ai:8443/v1/x', bfl],
		['to a host that ends alike', 'https://evil-bfl.ai/v1/x', bfl],
		['to a host that ends alike, without a dash', 'https://evilbfl.ai/v1/x', bfl],
		['to a host that starts alike', 'https://api.bfl.ai.evil.com/v1/x', bfl],
		['to a host that holds the name', 'https://bfl.ai.evil.com/v1/x', bfl],
		['to a host that begins with a dot', 'https://。api.bfl.ai/v1/x', bfl],
		['to a host that no domain has', 'https://=api.bfl.ai/v1/x', bfl],
		['to the bare domain', 'https://bfl.ai/v1/x', bfl],
		['to a path that ends alike', 'https://evil.com/.bfl.ai', bfl],
		['to a query that ends alike', 'https://evil.com?.bfl.ai', bfl],
		['to a fragment that ends alike', 'https://evil.com#.bfl.ai', bfl],
		['behind a backslash', 'https://evil.com\\.bfl.ai', bfl],
		['with a user', 'https://user@api.bfl.ai/v1/x', bfl],
		['with a user and a password', 'https://user:pass@api.us1.bfl.ai/v1/x', bfl],
		['to a host behind the own host as user', 'https://api.bfl.ai@evil.com/v1/x', bfl],
		['to a host behind an encoded slash', 'https://evil.com%2f.bfl.ai/', bfl],
		['to a host with the dot of the root', 'https://api.bfl.ai./v1/x', bfl],
		['to look-alike letters', 'https://api.bfӏ.ai/v1/x', bfl],
		['to an address', 'https://8.8.8.8/v1/x', bfl],
		['to this machine', 'http://localhost/v1/x', bfl],
		['by another protocol', 'ftp://api.bfl.ai/v1/x', bfl],
		['to a data URI', 'data:text/plain,x', bfl],
		['to a path that is none on the base', 'v1/credits', bfl],
		['to a host without a protocol', '//api.bfl.ai/v1/credits', bfl],
		['to nothing', '', bfl],
		['from a proxy to Black Forest Labs', 'https://api.us1.bfl.ai/v1/x', 'https://flux.example.com'],
		['from a proxy to its subdomain', 'https://a.flux.example.com/', 'https://flux.example.com'],
		['from an odd port to a cluster', 'https://api.us1.bfl.ai/v1/x', 'https://api.bfl.ai:8443'],
		['from a look-alike to a cluster', 'https://api.us1.bfl.ai/v1/x', 'https://evil-bfl.ai'],
		['from this machine to another port', 'http://127.0.0.1:3001/', 'http://127.0.0.1:3000'],
		['from this machine to https', 'https://127.0.0.1:3000/', 'http://127.0.0.1:3000'],
		['from an address to its name', 'http://localhost:3000/', 'http://127.0.0.1:3000'],
		['to an unsafe base itself', 'http://example.com/v1/x', 'http://example.com'],
		['to a base that is no URL', 'https://api.bfl.ai/', 'api.bfl.ai'],
	])('never %s', (_, target, base) => {
		expect(mayCarryKey(target, { baseUrl: base, family: 'bfl.ai' })).toBe(false);
	});
});

describe('An image', () => {
	const bfl = 'https://api.bfl.ai';
	const local = 'http://127.0.0.1:3000';
	it.each([
		['https://delivery-eu1.bfl.ai/results/1.png', bfl, true],
		['http://images.example.com/1.png', bfl, true],
		['https://images.example.com:8443/1.png', bfl, true],
		['http://127.0.0.1:3000/1.png', local, true],
		['http://10.0.0.3/1.png', local, true],
		['https://images.example.com/1.png', local, true],
		['http://10.0.0.3/1.png', 'https://flux.lan', true],
		['http://127.0.0.1/1.png', bfl, false],
		['http://2130706433/1.png', bfl, false],
		['http://169.254.169.254/latest/meta-data', bfl, false],
		['http://[::ffff:169.254.169.254]/', bfl, false],
		['http://localhost:5678/rest/login', bfl, false],
		['http://redis:6379/', bfl, false],
		['https://127.0.0.1/1.png', bfl, false],
		['ftp://images.example.com/1.png', bfl, false],
		['file:///etc/passwd', bfl, false],
		['data:image/png;base64,AAAA', bfl, false],
		['images.example.com/1.png', bfl, false],
		['http://127.0.0.1/1.png', 'https://10.evil.com', false],
		['https://images.example.com/1.png', 'no URL', false],
	])('at %s is fetched for %s: %s', (target, base, may) => {
		expect(mayDownload(target, base)).toBe(may);
	});
});

it.each([
	['https://example.com/a', 'https://example.com/a'],
	['HTTP://EXAMPLE.com', 'http://example.com/'],
	['ftp://example.com', undefined],
	['example.com', undefined],
	['', undefined],
])('reads %j as the http URL %j', (text, href) => {
	expect(parseHttpUrl(text)?.href).toBe(href);
});
