import { parser } from 'typescript-eslint';
import regexp from 'eslint-plugin-regexp';

const report = ['error', { report: 'potential' }];

/** Regular expressions of the node meet texts of strangers: none may take more than linear time. */
export default [
	{
		files: ['**/*.ts'],
		languageOptions: { parser },
		plugins: { regexp },
		rules: { 'regexp/no-super-linear-backtracking': report, 'regexp/no-super-linear-move': report },
	},
];
