import { existsSync } from 'node:fs';
import { chromium, selectors, type Browser, type Page } from 'playwright-core';
import type { RunningN8n } from './server.mts';

/** What `openEditor` can be told. */
export interface EditorOptions {
	/** Pixels of the screen for each pixel of the page. */
	scale?: number;
}

const BROWSERS = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];
const WITHIN_MS = 20_000;
const LEFT_WITHIN_MS = 4000;
const FLAGS = ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-sync'];
const QUIET = ['--disable-background-networking', '--disable-component-update'];
/** Unlike Playwright's routes, this leaves the browser its cache: n8n's editor is loaded a dozen times. */
const ONLY_THIS_MACHINE = '--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1';
/** Nothing there reacts to the pointer. */
const FREE_SPOT = { x: 540, y: 45 };
/** Notices, and what the field for expressions leaves in the corner. */
const HIDDEN = '.el-notification, div[class^="ͼ"]:empty { display: none !important }';
const VIEWPORT = { width: 1440, height: 900 };

/** Opens n8n's editor in a real browser that reaches nothing but this machine. */
export async function openEditor(n8n: RunningN8n, { scale = 1 }: EditorOptions = {}): Promise<Editor> {
	const args = [...FLAGS, ...QUIET, ONLY_THIS_MACHINE];
	const browser = await chromium.launch({ executablePath: findBrowser(), args });
	selectors.setTestIdAttribute('data-test-id');
	const context = await browser.newContext({ viewport: VIEWPORT, deviceScaleFactor: scale });
	context.setDefaultTimeout(WITHIN_MS);
	return new Editor(browser, await context.newPage(), n8n);
}

function findBrowser() {
	const { CHROMIUM_PATH } = process.env;
	const found = [CHROMIUM_PATH, ...BROWSERS].find((path) => path && existsSync(path));
	if (found && (!CHROMIUM_PATH || found === CHROMIUM_PATH)) return found;
	throw new Error(
		CHROMIUM_PATH
			? `CHROMIUM_PATH names ${CHROMIUM_PATH}, and there is no such file.`
			: 'No Chromium was found: install it (apt-get install chromium), or say in CHROMIUM_PATH where it is.',
	);
}

const startOf = (label: string) =>
	new RegExp(`^\\s*${label.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}(\\s+–|\\s*$)`);

/** n8n's editor as a person uses it. */
export class Editor {
	constructor(
		private readonly browser: Browser,
		readonly page: Page,
		private readonly n8n: RunningN8n,
	) {}

	/** Ends the browser. */
	async close() {
		await this.browser.close();
	}

	/** Logs the owner in by the form. */
	async logIn() {
		const { email, password } = this.n8n.owner;
		await this.page.goto(`${this.n8n.url}/signin`);
		await this.page.locator('input[name=emailOrLdapLoginId]').fill(email);
		await this.page.locator('input[type=password]').fill(password);
		await this.page.getByTestId('form-submit-button').click();
		await this.page.waitForURL((url) => !url.pathname.includes('signin'));
	}

	/** Opens a saved workflow; waits until its nodes are on the canvas. */
	async openWorkflow(id: string) {
		await this.page.goto(`${this.n8n.url}/workflow/${id}`);
		await this.page.getByTestId('canvas-node').first().waitFor();
	}

	/** A new workflow that starts by hand. */
	async newWorkflow() {
		// To load the page again would cost three times as much.
		if (/\/workflow\//.test(this.page.url())) await this.leaveWorkflow();
		await this.page.getByTestId('universal-add').click();
		await this.page.getByText('New workflow').click();
		await this.page.getByTestId('canvas-plus-button').click();
		await this.creatorItem('Trigger manually').click();
		await this.page.getByTestId('canvas-node').waitFor();
	}

	/** Goes from a workflow to the list of all, without saving it. */
	private async leaveWorkflow() {
		if (await this.page.getByTestId('ndv-close-button').isVisible()) await this.closeNode();
		const leave = this.page.getByText('Leave without saving');
		const timeout = { timeout: LEFT_WITHIN_MS };
		const isLeft = () => new URL(this.page.url()).pathname.startsWith('/home/');
		// n8n asks unless it has saved by itself, and stays where it saves at that moment.
		for (let tries = 0; tries < 3 && !isLeft(); tries++) {
			await this.page.getByTestId('project-home-menu-item').click();
			const left = this.page.waitForURL(isLeft, timeout).catch(() => undefined);
			await Promise.race([leave.waitFor(timeout).catch(() => undefined), left]);
			if (await leave.isVisible()) await leave.click();
			await left;
		}
	}

	/** Adds a fresh node to a new workflow by a click on what it is to do. */
	async addFreshNode(action = 'Generate an image from a prompt') {
		await this.newWorkflow();
		await this.searchNodes('flux');
		await this.creatorItem('Flux').click();
		await this.creatorItem(action).click();
		await this.parameter('authentication').waitFor();
	}

	/** Opens the list of nodes and types into its search; `creatorItem` finds what it offers. */
	async searchNodes(text: string) {
		const search = this.page.getByTestId('node-creator-search-bar');
		if (!(await search.isVisible())) await this.page.getByTestId('node-creator-plus-button').click();
		await search.fill(text);
	}

	/** A node or an action in the list of nodes. */
	creatorItem(name: string) {
		return this.page.getByTestId('node-creator-item-name').getByText(name, { exact: true });
	}

	/** Opens the panel of a node on the canvas. */
	async openNode(name: string) {
		await this.page.locator(`[data-test-id=canvas-node][data-node-name="${name}"]`).dblclick();
		await this.parameter('prompt').waitFor();
	}

	/** Closes the panel of the open node. */
	async closeNode() {
		await this.page.getByTestId('ndv-close-button').click();
		await this.page.getByTestId('ndv-close-button').waitFor({ state: 'hidden' });
	}

	/** The field of a parameter in the panel of the open node. */
	parameter(name: string) {
		return this.page.getByTestId(`parameter-input-${name}`).first();
	}

	/** The names of the parameters that the open node shows above its collections. */
	async shownParameters(): Promise<string[]> {
		const fields = this.page
			.locator('.ndv-wrapper, [data-test-id=ndv]')
			.locator('[data-test-id^=parameter-input-]:visible');
		const ids = await fields.evaluateAll((elements) =>
			elements.map((element) => element.getAttribute('data-test-id') ?? ''),
		);
		return ids.map((id) => id.replace('parameter-input-', ''));
	}

	/** What a parameter with a list of choices shows. */
	async choice(name: string) {
		return await this.parameter(name).locator('input').first().inputValue();
	}

	/** Chooses from the list of a parameter. */
	async choose(name: string, label: string) {
		await this.parameter(name).click();
		const option = this.page.getByRole('option', { name: label }).first();
		await option.click();
		await option.waitFor({ state: 'hidden' });
	}

	/** Opens the list of a parameter by a click and chooses from it by the keyboard. */
	async chooseByKeys(name: string, label: string) {
		await this.parameter(name).click();
		const options = this.page.getByRole('option').locator('visible=true');
		await options.filter({ hasText: label }).first().waitFor();
		await this.goDownTo(await options.allInnerTexts(), label);
		await options.first().waitFor({ state: 'hidden' });
	}

	/** Opens the list of models by a click, and searches and chooses by the keyboard. */
	async chooseModelByKeys(label: string) {
		await this.parameter('model').locator('input').last().click();
		const items = this.page.getByTestId('rlc-item').locator('visible=true');
		await items.first().waitFor();
		await this.page.keyboard.type(label);
		await items.filter({ hasText: startOf(label) }).waitFor();
		await this.goDownTo(await items.allInnerTexts(), label);
		await items.first().waitFor({ state: 'hidden' });
	}

	/** Presses the arrow until a text is reached, then Enter. */
	private async goDownTo(texts: string[], label: string) {
		const steps = texts.findIndex((text) => startOf(label).test(text.split('\n')[0])) + 1;
		for (let step = 0; step < steps; step++) await this.page.keyboard.press('ArrowDown');
		await this.page.keyboard.press('Enter');
	}

	/** Goes on by the keyboard to the prompt and writes it. */
	async writePrompt(text: string) {
		const prompt = this.parameter('prompt').locator('textarea');
		for (let step = 0; step < 20; step++) {
			if (await prompt.evaluate((element) => element === document.activeElement)) break;
			await this.page.keyboard.press('Tab');
		}
		await this.page.keyboard.type(text);
	}

	/** What can be chosen from the list of a parameter. */
	async choices(name: string): Promise<string[]> {
		await this.parameter(name).click();
		const options = this.page.getByRole('option').locator('visible=true');
		await options.first().waitFor();
		const texts = await options.allInnerTexts();
		await this.page.keyboard.press('Escape');
		await options.first().waitFor({ state: 'hidden' });
		return texts.map((text) => text.trim().split('\n')[0]);
	}

	/** Opens the list of models and waits until it is there; before, it holds only the model that is chosen. */
	async openModels() {
		await this.parameter('model').locator('input').last().click();
		const items = this.page.getByTestId('rlc-item').locator('visible=true');
		await items.nth(1).waitFor();
		return items;
	}

	/** What can be chosen from the list of models. */
	async models(): Promise<string[]> {
		const items = await this.openModels();
		const texts = await items.allInnerTexts();
		await this.page.keyboard.press('Escape');
		await items.first().waitFor({ state: 'hidden' });
		return texts.map((text) => text.trim());
	}

	/** Chooses a model by its label, which the list continues with what the model is good for. */
	async chooseModel(label: string) {
		await this.parameter('model').locator('input').last().click();
		await this.chooseListed(label);
	}

	/** Chooses a model by its label from the open list. */
	async chooseListed(label: string) {
		const item = this.page.getByTestId('rlc-item').filter({ hasText: startOf(label) });
		await item.click();
		await item.waitFor({ state: 'hidden' });
	}

	/** The fields of the node before, which are offered to the open one. */
	offeredFields() {
		return this.page.getByTestId('ndv-input-panel').getByTestId('run-data-schema-item');
	}

	/** Adds an option and sets it. */
	async addOption(label: string, name: string, value: string) {
		await this.page.getByPlaceholder('Add option').first().click();
		await this.page.getByRole('option', { name: label, exact: true }).click();
		await this.parameter(name).locator('input').fill(value);
	}

	/** What stands in the prompt. */
	async prompt() {
		return await this.parameter('prompt').locator('textarea').inputValue();
	}

	/** The field of a model while none is chosen. */
	emptyModel() {
		return this.parameter('model').getByPlaceholder('Choose...');
	}

	/** What the field of the model shows. */
	async modelShown() {
		return await this.parameter('model').locator('input').last().inputValue();
	}

	/** Begins to count the clicks of the person. */
	async countClicks() {
		await this.page.evaluate(() => {
			const counted = window as unknown as { clicks?: number };
			if (counted.clicks === undefined)
				addEventListener('mousedown', () => (counted.clicks = (counted.clicks ?? 0) + 1), true);
			counted.clicks = 0;
		});
	}

	/** The clicks since `countClicks`. */
	async clicks(): Promise<number> {
		return await this.page.evaluate(() => (window as unknown as { clicks: number }).clicks);
	}

	/** Opens the window of a new credential of the node's API. */
	async openNewCredential() {
		const first = this.page.getByTestId('node-credentials-empty-state');
		if (await first.isVisible()) await first.getByRole('button').first().click();
		else {
			await this.page.getByTestId('node-credentials-select').click();
			await this.page.getByTestId('node-credentials-select-item-new').click();
		}
		await this.page.getByTestId('credential-save-button').waitFor();
	}

	/** Closes the window of a credential without saving it. */
	async closeCredential() {
		await this.credentialWindow().locator('.el-dialog__close').click();
		await this.credentialWindow().waitFor({ state: 'hidden' });
	}

	/**
	 * Fills in and saves a new credential of the node's API for another server; its window closes by itself when its test
	 * passes.
	 */
	async createCredential({ region, service, ...texts }: Record<string, string>) {
		await this.openNewCredential();
		const modal = this.credentialWindow();
		const choice = Object.keys({ ...(region && { region }), ...(service && { service }) })[0];
		if (choice) {
			await modal.getByTestId(`parameter-input-${choice}`).click();
			await this.page.getByRole('option', { name: 'Custom' }).click();
		}
		for (const [name, text] of Object.entries(texts)) await this.fillCredential(name, text);
		await this.saveCredential();
	}

	/** Fills in a text of the credential in the open window. */
	async fillCredential(name: string, text: string) {
		await this.credentialWindow().getByTestId(`parameter-input-${name}`).locator('input').fill(text);
	}

	/** Saves the credential in the open window. */
	async saveCredential() {
		await this.page.getByTestId('credential-save-button').getByText('Save').click();
	}

	/** What the window of a credential says of its test when it has failed. */
	async refusal(): Promise<string> {
		await this.credentialWindow().getByText('More details').click();
		return await this.credentialWindow().innerText();
	}

	/** The window of a credential. */
	credentialWindow() {
		return this.page.getByTestId('editCredential-modal');
	}

	/** Chooses how the open node shows its input. */
	async showInputAs(form: 'schema' | 'table' | 'json') {
		await this.page.getByTestId('ndv-input-panel').getByTestId(`radio-button-${form}`).click();
	}

	/** Chooses how the open node shows its output. */
	async showOutputAs(form: 'schema' | 'table' | 'json') {
		await this.page.getByTestId('output-panel').getByTestId(`radio-button-${form}`).click();
	}

	/** What the output panel says once the open node has failed. */
	async outputError(): Promise<string> {
		const error = this.page.getByTestId('output-panel').locator('.node-error-view');
		await error.waitFor();
		return await error.innerText();
	}

	/** Runs the open node. */
	async execute() {
		await this.page.getByTestId('node-execute-button').first().click();
	}

	/** The image in the output panel of the open node, once it is shown. */
	async preview() {
		const panel = this.page.getByTestId('output-panel');
		const tab = panel.getByTestId('radio-button-binary');
		await tab.waitFor();
		const view = panel.getByTestId('ndv-view-binary-data').first();
		if (!(await view.isVisible())) await tab.click();
		await panel.getByTestId('ndv-view-binary-data').first().click();
		const image = panel.locator('img[src*="binary-data"]');
		await image.waitFor();
		return image;
	}

	/** Runs the workflow on the canvas and waits until every node of it has succeeded. */
	async executeWorkflow() {
		const nodes = await this.page.locator('[data-test-id=canvas-node]:not([data-node-type*=sticky])').count();
		await this.page.getByTestId('execute-workflow-button').click();
		await this.page
			.getByTestId('canvas-node-status-success')
			.nth(nodes - 1)
			.waitFor();
	}

	/** Makes the whole workflow fill the canvas. */
	async fitCanvas() {
		await this.page.getByTestId('zoom-to-fit').click();
	}

	/** Takes an image of the window without notices, pointer and focus. */
	async shoot(path: string) {
		await this.page.mouse.move(FREE_SPOT.x, FREE_SPOT.y);
		await this.page.evaluate(() => (document.activeElement as HTMLElement | null)?.blur());
		await this.page.screenshot({ path, animations: 'disabled', style: HIDDEN });
	}
}
