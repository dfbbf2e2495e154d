// The least that any function does.
export const handler = async () => ({ batchItemFailures: [] });
