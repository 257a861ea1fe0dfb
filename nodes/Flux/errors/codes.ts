/** Every condition a user can meet, and the advice that goes with it where no better one is known. */
export const advice = {
	'invalid-input': 'Change the value named above, then run the node again. Nothing was billed.',
	authentication:
		'Check the API key in the credential, and that it may use this model and operation. If the credential has a service or region to choose, that has to be the one that the key belongs to.',
	'insufficient-credits': 'Add credits to the account that the key belongs to, then run the node again.',
	'rate-limited':
		'Wait a while, lower Max Concurrency in Advanced Settings, or raise Timeout so that the node can wait longer.',
	'prompt-moderated':
		'The provider refuses the prompt or, if there are any, an input image. Reword the prompt, use another image, or raise Safety Tolerance if the model has it.',
	'image-moderated':
		'The image was generated and then withheld, and may have been billed. Try another seed or reword the prompt, or raise Safety Tolerance if the model has it.',
	'job-failed':
		'The provider failed to generate the image. Run the node again; if the error persists, change the input.',
	'job-not-found':
		'Check the job ID, and that the credential is the one that submitted the job. Providers forget old jobs.',
	'job-cancelled': 'The job was cancelled at the provider. Run the node again to submit a new one.',
	timeout: 'Raise Timeout in Advanced Settings.',
	expired: 'Providers delete images after a while. Collect them sooner; this one has to be generated again.',
	'untrusted-host':
		'Nothing was sent there, so that your API key stays safe. Check the base URL in the credential.',
	'download-failed':
		'The image was made and is billed, but could not be downloaded. A new try asks for it again and is not billed.',
	'bad-response':
		'The answer was not what this API documents. Try again later; if the error persists, check the base URL in the credential.',
	'provider-unavailable':
		'The service or the network connection is temporarily unavailable. Try again later.',
	cancelled: 'The execution was stopped.',
} as const;

export type ErrorCode = keyof typeof advice;

/** Those after which there is nothing left to collect of the job. */
export const finalCodes: readonly ErrorCode[] = [
	'prompt-moderated',
	'image-moderated',
	'job-failed',
	'job-not-found',
	'job-cancelled',
	'expired',
];
