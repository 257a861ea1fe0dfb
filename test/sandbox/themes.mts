/** What a scene is made of; colours are CSS hex. */
export interface Theme {
	/** From the top of the sky to the horizon. */
	sky: [string, string, string];
	/** The sun's or moon's colour. */
	light: string;
	/** The farthest and the nearest layer of land. */
	land: [string, string];
	/** How a layer's outline runs. */
	relief: 'hills' | 'peaks' | 'dunes' | 'skyline';
	water?: string;
	trees?: boolean;
	stars?: boolean;
	snow?: boolean;
	flowers?: string[];
}

const themes: [words: RegExp, theme: Theme][] = [
	[
		/city|street|skyline|neon|cyber|urban|building|tokyo|hamburg/,
		{
			sky: ['#141033', '#4a2a6b', '#f2709c'],
			light: '#ffd6e8',
			land: ['#5b3b7a', '#120c26'],
			relief: 'skyline',
			stars: true,
		},
	],
	[
		/sunset|sunrise|dawn|dusk|evening/,
		{
			sky: ['#2b2d5e', '#c8527a', '#ffc56b'],
			light: '#fff3d0',
			land: ['#b0587a', '#251a38'],
			relief: 'hills',
			water: '#7a3b66',
		},
	],
	[
		/night|moon|star|space|galaxy|aurora|midnight/,
		{
			sky: ['#060b24', '#14335c', '#3f7f8c'],
			light: '#f4f3e6',
			land: ['#2c5470', '#050b18'],
			relief: 'peaks',
			stars: true,
			trees: true,
		},
	],
	[
		/snow|winter|ice|arctic|mountain|alps|peak|fuji/,
		{
			sky: ['#6ea6d6', '#b9d9ee', '#f4f1ea'],
			light: '#ffffff',
			land: ['#a9c1d6', '#2f4a66'],
			relief: 'peaks',
			snow: true,
			trees: true,
		},
	],
	[
		/ocean|sea|beach|wave|lake|island|ship|boat|water|harbou?r|lighthouse/,
		{
			sky: ['#3d8fc4', '#9ad3e3', '#fdf0d5'],
			light: '#fffbe8',
			land: ['#8fb8c6', '#2c5f74'],
			relief: 'hills',
			water: '#1f7a96',
		},
	],
	[
		/forest|tree|jungle|wood|green|leaf|garden/,
		{
			sky: ['#88b7b5', '#cfe3cf', '#f6f3d9'],
			light: '#fffdf0',
			land: ['#a3c4a4', '#173527'],
			relief: 'hills',
			trees: true,
		},
	],
	[
		/desert|sand|dune|sahara|mars|canyon|camel/,
		{
			sky: ['#4f8fb8', '#f0cfa0', '#fbe6c2'],
			light: '#fff8e2',
			land: ['#e3b07a', '#8a4a2c'],
			relief: 'dunes',
		},
	],
	[
		/flower|rose|tulip|spring|meadow|bloom|lavender/,
		{
			sky: ['#7cb8e0', '#d4e8f2', '#fdf3e3'],
			light: '#fffef2',
			land: ['#a8cfa0', '#4c8a4a'],
			relief: 'hills',
			flowers: ['#e85d75', '#f7b538', '#ffffff', '#9b5de5'],
		},
	],
	[
		/autumn|fall |october|pumpkin|maple|fox/,
		{
			sky: ['#6f93a8', '#e8c79a', '#fbe8c8'],
			light: '#fff6dc',
			land: ['#d9a566', '#5e2b1a'],
			relief: 'hills',
			trees: true,
		},
	],
];

const others: Theme[] = [
	{ sky: ['#33658a', '#86bbd8', '#f6e7cb'], light: '#fff7e0', land: ['#88a9b5', '#21405a'], relief: 'hills' },
	{ sky: ['#5f4b8b', '#c98bb9', '#fbd9c3'], light: '#fff1e6', land: ['#a884b5', '#2f2450'], relief: 'peaks' },
	{
		sky: ['#2a6f6b', '#8fc1a9', '#f3ead0'],
		light: '#fffbe6',
		land: ['#8fb59f', '#1b403b'],
		relief: 'hills',
		water: '#2f7a78',
	},
	{ sky: ['#d9785f', '#f2b48a', '#fdebcf'], light: '#fffaf0', land: ['#d99a7c', '#5c2c3a'], relief: 'dunes' },
];

const colours: [word: RegExp, light: string][] = [
	[/\bred\b/, '#ff5a4e'],
	[/\borange\b/, '#ff9a3c'],
	[/\b(gold|golden|yellow)\b/, '#ffd34e'],
	[/\bpink\b/, '#ff9ecb'],
	[/\b(purple|violet)\b/, '#c79bff'],
	[/\bblue\b/, '#bfe0ff'],
];

/** The theme that the prompt's words suggest, or one of four by chance (`random`: 0 to 1). */
export function themeFor(prompt: string, random: number): Theme {
	const text = prompt.toLowerCase();
	const theme = themes.find(([words]) => words.test(text))?.[1] ?? others[Math.floor(random * others.length)];
	const light = colours.find(([word]) => word.test(text))?.[1];
	return light ? { ...theme, light } : theme;
}

/** A colour between two hex colours, `part` 0 to 1 of the way, with an opacity of 0 to 1. */
export function mix(from: string, to: string, part: number, opacity = 1): string {
	const channels = [1, 3, 5].map((i) => {
		const [a, b] = [from, to].map((colour) => parseInt(colour.slice(i, i + 2), 16));
		return Math.round(a + (b - a) * part);
	});
	return `rgba(${channels.join(', ')}, ${opacity})`;
}
