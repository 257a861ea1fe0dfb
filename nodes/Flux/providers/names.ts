/** The values of the parameter `authentication`. */
export const providerNames = ['blackForestLabs', 'replicate', 'openAiCompatible', 'apiframe', 'fal'] as const;
export type ProviderName = (typeof providerNames)[number];
