import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Sandbox } from '../../../sandbox/sandbox';

const folder = mkdtempSync(join(tmpdir(), 'bulwark-sandbox-'));

afterAll(() => rmSync(folder, { recursive: true, force: true }));

function attached(endpoint: string): Sandbox {
  return Sandbox.attach({ endpoint, emulator: endpoint, token: 't', folder, logs: folder, emulatorPid: 0 });
}

describe('a control call', () => {
  let server: Server;
  let sandbox: Sandbox;
  beforeEach(async () => {
    server = createServer((request, response) => {
      if (request.url?.includes('calls')) return; // hangs
      response.writeHead(200).write('{'); // hangs in the middle
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    sandbox = attached(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  });
  afterEach(() => {
    jest.restoreAllMocks();
    server.closeAllConnections();
    server.close();
  });

  test.each(['calls', 'events'] as const)('that hangs ends after ten seconds in one sentence: %s', async (what) => {
    const soon = AbortSignal.timeout(50);
    const timeout = jest.spyOn(AbortSignal, 'timeout').mockReturnValue(soon);
    await expect(sandbox[what]()).rejects.toThrow(/^The sandbox does not answer \(.*timeout\); its logs are in .*\.$/);
    expect(timeout).toHaveBeenCalledWith(10_000);
  });
});

test('what the gateway warned of is read from its log', () => {
  const sandbox = attached('http://127.0.0.1:1');
  expect(sandbox.warnings()).toEqual([]);
  writeFileSync(
    join(folder, 'gateway.log'),
    '2026-01-01T00:00:00.000Z One thing.\n2026-01-01T00:00:01.000Z Another.\n',
  );
  expect(sandbox.warnings()).toEqual(['One thing.', 'Another.']);
});
