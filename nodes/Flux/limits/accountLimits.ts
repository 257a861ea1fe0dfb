import { Backoff } from './backoff';
import { Concurrency } from './concurrency';

/** What holds for an account over all executions of this process. */
export class AccountLimits {
	readonly concurrency = new Concurrency();
	readonly backoff = new Backoff();
	/** How many work with it. */
	users = 0;

	get isIdle(): boolean {
		return this.users === 0 && this.concurrency.isIdle && this.backoff.isIdle;
	}
}

const accounts = new Map<string, AccountLimits>();

/** Works under the limits of an account, which is named by something that tells accounts apart and holds no key. Idle ones are forgotten. */
export async function withAccountLimits<T>(
	account: string,
	work: (limits: AccountLimits) => Promise<T>,
): Promise<T> {
	for (const [name, { isIdle }] of accounts) if (isIdle) accounts.delete(name);
	const limits = accounts.get(account) ?? new AccountLimits();
	accounts.set(account, limits);
	limits.users++;
	try {
		return await work(limits);
	} finally {
		limits.users--;
	}
}

/** How many accounts are known. */
export const accountCount = () => accounts.size;
