import type { Sandbox } from '../../sandbox/sandbox';

export default async function globalTeardown(): Promise<void> {
  await (globalThis as { bulwarkSandbox?: Sandbox }).bulwarkSandbox?.stop();
}
