import {
  CloudWatchLogsClient,
  DescribeLogGroupsCommand,
  paginateFilterLogEvents,
} from '@aws-sdk/client-cloudwatch-logs';
import { coverageOf } from '../../sandbox/runner/coverage';
import { readBack } from '../../sandbox/runner/readback';
import { deployedStacks, sandbox } from './deployed';

/** No describe call tells these: the window counts from a deletion, and code and custom resources are known by what they do. */
const UNTOLD = [
  'AWS::KMS::Key PendingWindowInDays',
  'AWS::Lambda::Function Code',
  'Custom::BulwarkDefaultGroup ServiceToken',
  'Custom::BulwarkDnsFirewallMode ServiceToken',
  'Custom::BulwarkNetworkFacts ServiceToken',
];

describe('the deployment', () => {
  test('applies nearly everything and skips nothing', async () => {
    const coverage = coverageOf(
      await sandbox.report(),
      deployedStacks.map(({ name }) => name),
    );
    expect(coverage.problem).toBeUndefined();
    expect(coverage.skipped).toBe(0);
    expect(coverage.unapplied).toEqual([]);
    expect(coverage.share).toBeGreaterThanOrEqual(0.85);
  });

  test('reads back as it was written', async () => {
    const { compared, differences, notCompared } = await readBack(sandbox, deployedStacks);
    expect(differences).toEqual([]);
    expect(compared).toBeGreaterThan(100);
    expect([...new Set(notCompared.map(({ type, property }) => `${type} ${property}`))].sort()).toEqual(UNTOLD);
  });

  test('wanted no connection beyond loopback, whatever the environment held', () => {
    expect(sandbox.refusedConnections()).toEqual([]);
  });

  test('gave the gateway nothing to warn of', () => {
    expect(sandbox.warnings()).toEqual([]);
  });

  test('leaves no credentials in any log', async () => {
    const logs = sandbox.client(CloudWatchLogsClient);
    const { logGroups = [] } = await logs.send(new DescribeLogGroupsCommand({}));
    const lines: string[] = [];
    for (const { logGroupName } of logGroups) {
      for await (const page of paginateFilterLogEvents({ client: logs }, { logGroupName })) {
        lines.push(...(page.events ?? []).map((event) => event.message ?? ''));
      }
    }
    expect(lines.length).toBeGreaterThan(0);
    // CloudTrail itself records access key ids, never secrets or tokens.
    expect(
      lines.filter((line) => /secretAccessKey|SecretAccessKey|sessionToken|SessionToken|wJalrXUtnFEMI/.test(line)),
    ).toEqual([]);
  });
});
