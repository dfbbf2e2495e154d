import { describePath, openPaths, pathTable } from '../../cli/network/paths';
import { drillNetwork, networkOf } from '../../sandbox/network/drill';
import { NETWORK_ATTACKS } from '../../sandbox/network/attacks';
import { coverageOf } from '../../sandbox/runner/coverage';
import { readBack } from '../../sandbox/runner/readback';
import { Sandbox } from '../../sandbox/sandbox';
import { deployedStacks, sandbox } from './deployed';

/** What catalogue 4.10 asks for, and nothing else; IPv6 nowhere. */
const PATHS = [
  'app -> data tcp 5432 (v4)',
  'app -> dynamodb tcp 443 (v4)',
  'app -> endpoints tcp 443 (v4)',
  'app -> s3 tcp 443 (v4)',
  'data -> endpoints tcp 443 (v4)',
  'edge -> app tcp 8080 (v4)',
  'internet -> edge tcp 80, 443 (v4)',
  'management -> app tcp 8080 (v4)',
  'management -> data tcp 5432 (v4)',
  'management -> endpoints tcp 443 (v4)',
  'management -> s3 tcp 443 (v4)',
];

/** What tells of each attack. */
const NOTICED_BY: Readonly<Record<string, readonly string[]>> = {
  'route-to-internet': ['path'],
  'network-acl-opened': ['concern', 'path'],
  'peering-with-stranger': ['concern'],
  'web-acl-logging-removed': ['read-back'],
  'web-acl-dissociated': ['read-back'],
  'web-acl-deleted': ['read-back'],
};

describe('the deployed network of three VPCs', () => {
  test('opens exactly the paths that it is meant to, in both directions and families', async () => {
    const model = await networkOf(sandbox);
    expect(model.unknown).toEqual([]);
    const table = pathTable(model);
    expect(openPaths(table).map(describePath).sort()).toEqual(PATHS);
    expect(table.length).toBeGreaterThan(100);
  });

  test('every attack on it and its edge is noticed, and what can be taken back is', async () => {
    const stacks = deployedStacks.filter(({ name }) => /-(network|edge)$/.test(name));
    expect(stacks).toHaveLength(2);
    const results = await drillNetwork(sandbox, stacks, { onStart: () => undefined, onNotice: () => undefined });
    expect(
      results.map(({ attack, notices, restored, failure }) => ({
        id: attack.id,
        by: [...new Set(notices.map(({ by }) => by))].sort(),
        restored: restored ?? 'made for it',
        ...(failure && { failure }),
      })),
    ).toEqual(
      NETWORK_ATTACKS.map(({ id }) => ({
        id,
        by: NOTICED_BY[id],
        restored: id.startsWith('web-acl') ? 'made for it' : true,
      })),
    );
  }, 120_000);
});

describe.each([
  ['of a single VPC', 'sandbox-single', PATHS],
  ['behind a transit gateway and a firewall', 'sandbox-transit', [...PATHS, 'app -> internet tcp 443 (v4)'].sort()],
])('the deployed network %s', (_, environment, paths) => {
  let own: Sandbox;
  let stacks: Awaited<ReturnType<Sandbox['deploy']>>['stacks'];

  beforeAll(async () => {
    own = await Sandbox.start();
    ({ stacks } = await own.deploy({ context: [`environment=${environment}`], stacks: ['Audit', 'Network'] }));
  }, 180_000);
  afterAll(() => own?.stop());

  test('is applied as a whole, and reads back as it was written', async () => {
    const deployed = stacks.filter(({ name }) => /-(audit|network)$/.test(name));
    const coverage = coverageOf(
      await own.report(),
      deployed.map(({ name }) => name),
    );
    expect(coverage).toMatchObject({ skipped: 0, recorded: 0, share: 1 });
    const { compared, differences } = await readBack(own, deployed);
    expect(differences).toEqual([]);
    expect(compared).toBeGreaterThan(800);
  });

  test('opens exactly the paths that it is meant to', async () => {
    const table = pathTable(await networkOf(own));
    expect(openPaths(table).map(describePath).sort()).toEqual(paths);
  });
});
