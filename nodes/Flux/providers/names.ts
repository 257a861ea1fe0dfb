/** The values of the parameter `authentication`. */
export const providerNames = ['blackForestLabs', 'replicate', 'openAiCompatible', 'apiframe'] as const;
export type ProviderName = (typeof providerNames)[number];
