import type { Remediator } from '../../../lambda/runtime/remediation';
import type { RemediationSpec } from '../../../lambda/runtime/spec';
import { type Leg, legsOf, pageOf, parseSweep } from '../../../lambda/runtime/sweep';
import { SPEC } from '../../support/engine';
import { answering } from '../../support/remediation';
import { ACCOUNT, REGION } from '../../support/signals';

const OTHER = '210987654321';
const LEG: Leg = { sweepId: 's-1', remediation: 'test-lamp', account: ACCOUNT, region: REGION };
const PLACE = { account: ACCOUNT, region: REGION, partition: 'aws' };

describe('a message of a sweep', () => {
  test.each([
    ['{"start":{}}', { start: { sweepId: 's-m-1' } }],
    ['{"start":{"sweepId":"s-by-hand"}}', { start: { sweepId: 's-by-hand' } }],
    [
      '{"start":{"remediations":["test-lamp"],"accounts":["1"],"regions":["r"],"more":1}}',
      { start: { sweepId: 's-m-1', remediations: ['test-lamp'], accounts: ['1'], regions: ['r'] } },
    ],
    [JSON.stringify({ leg: { ...LEG, by: 'config', next: 'n' } }), { leg: { ...LEG, by: 'config', next: 'n' } }],
  ])('%s is read', (body, message) => {
    expect(parseSweep(body, 'M-1')).toEqual(message);
  });

  test.each([
    ['', 'JSON'],
    ['null', 'a message of a sweep is'],
    ['{}', 'a message of a sweep is'],
    ['{"start":[]}', 'a message of a sweep is'],
    ['{"start":{"sweepId":"../x"}}', 'sweepId must match'],
    ['{"start":{"accounts":"1"}}', 'accounts must be a list of texts'],
    ['{"start":{"accounts":[]}}', 'accounts must be a list of texts'],
    ['{"start":{"regions":[7]}}', 'regions must be a list of texts'],
    ['{"leg":{"sweepId":"s-1"}}', 'a leg names sweepId, remediation, account and region'],
  ])('%s is an error that says why', (body, reason) => {
    expect(() => parseSweep(body, 'm-1')).toThrow(reason);
  });
});

describe('the legs of a sweep', () => {
  const specs: RemediationSpec[] = [SPEC, { ...SPEC, id: 'test-bell', sweep: { per: 'account' } }];
  const covered = { accounts: [ACCOUNT, OTHER], regions: ['us-east-1', REGION], home: REGION };
  const legs = (start: object) =>
    legsOf({ sweepId: 's-1', ...start }, specs, covered).map(({ remediation, account, region }) => [
      remediation,
      account,
      region,
    ]);

  test('are one for each account, remediation and Region; one for the account where the service is global', () => {
    expect(legs({})).toEqual(
      [ACCOUNT, OTHER].flatMap((account) => [
        ['test-lamp', account, 'us-east-1'],
        ['test-lamp', account, REGION],
        ['test-bell', account, REGION],
      ]),
    );
  });

  test.each([
    [
      { remediations: ['test-bell'] },
      [
        ['test-bell', ACCOUNT, REGION],
        ['test-bell', OTHER, REGION],
      ],
    ],
    [
      { accounts: [OTHER], regions: ['us-east-1'] },
      [
        ['test-lamp', OTHER, 'us-east-1'],
        ['test-bell', OTHER, REGION],
      ],
    ],
    [{ accounts: ['999999999999'] }, []],
    [{ regions: ['eu-west-9'], remediations: ['test-lamp'] }, []],
    [{ remediations: ['test-fife'] }, []],
  ])('are only those within %j, and never beyond what is covered', (start, expected) => {
    expect(legs(start)).toEqual(expected);
  });
});

describe('a page of a leg', () => {
  const RECORDED = { ...SPEC, sweep: { per: 'region', config: { lamp: 'resourceName' } } } as const;
  const listed = { resources: [{ names: { lamp: 'listed' } }], next: 'more' };
  const remediator = { list: async () => listed } as unknown as Remediator<unknown>;
  const status = { ConfigurationRecordersStatus: [{ name: 'r', recording: true }] };
  const recorder = (recordingGroup: object) => ({ ConfigurationRecorders: [{ name: 'r', recordingGroup }] });
  const found = (...names: string[]) => ({
    Results: names.map((resourceName) => JSON.stringify({ resourceName, resourceId: `id-${resourceName}` })),
  });

  test.each<[string, object, object | undefined]>([
    ['nothing records', { ConfigurationRecordersStatus: [{ name: 'r', recording: false }] }, undefined],
    ['there is no recorder', {}, undefined],
    ['this type is not recorded', status, recorder({ resourceTypes: ['AWS::EC2::Vpc'] })],
    ['nothing is said of types', status, { ConfigurationRecorders: [{ name: 'r' }] }],
    [
      'only another recorder has it',
      status,
      { ConfigurationRecorders: [{ name: 'x', recordingGroup: { allSupported: true } }] },
    ],
    [
      'this type is left out',
      status,
      recorder({
        recordingStrategy: { useOnly: 'EXCLUSION_BY_RESOURCE_TYPES' },
        exclusionByResourceTypes: { resourceTypes: [SPEC.resource.type] },
      }),
    ],
  ])('is listed where %s', async (_, recording, recorders) => {
    const { client } = answering({
      DescribeConfigurationRecorderStatus: recording,
      DescribeConfigurationRecorders: recorders,
    });
    expect(await pageOf(LEG, RECORDED, remediator, client, PLACE)).toEqual({ ...listed, by: 'list' });
  });

  test.each([
    [{ allSupported: true }],
    [{ resourceTypes: [SPEC.resource.type] }],
    [
      {
        recordingStrategy: { useOnly: 'EXCLUSION_BY_RESOURCE_TYPES' },
        exclusionByResourceTypes: { resourceTypes: ['AWS::EC2::Vpc'] },
      },
    ],
  ])('is asked of Config where a recorder has the type: %j', async (group) => {
    const { client, sent } = answering({
      DescribeConfigurationRecorderStatus: status,
      DescribeConfigurationRecorders: recorder(group),
      SelectResourceConfig: { ...found('hall', '', 'attic'), NextToken: 'n-2' },
    });
    expect(await pageOf(LEG, RECORDED, remediator, client, PLACE)).toEqual({
      resources: [{ names: { lamp: 'hall' } }, { names: { lamp: 'attic' } }],
      next: 'n-2',
      by: 'config',
    });
    expect(sent.at(-1)?.input).toEqual({
      Expression: `SELECT resourceId, resourceName, arn, accountId, awsRegion WHERE resourceType = 'AWS::Test::Lamp' AND awsRegion = '${REGION}'`,
      Limit: 100,
    });
  });

  test('goes on as it began, with what was found so far left behind', async () => {
    const { client, sent } = answering({ SelectResourceConfig: found() });
    const leg: Leg = { ...LEG, by: 'config', next: 'n-2' };
    expect(await pageOf(leg, RECORDED, remediator, client, PLACE)).toEqual({ resources: [], by: 'config' });
    expect(sent).toMatchObject([{ operation: 'SelectResourceConfig', input: { NextToken: 'n-2' } }]);
    expect(await pageOf({ ...leg, by: 'list' }, RECORDED, remediator, client, PLACE)).toMatchObject({ by: 'list' });
  });

  test('of a global service is asked of the whole account', async () => {
    const { client, sent } = answering({ SelectResourceConfig: found() });
    const spec: RemediationSpec = { ...RECORDED, sweep: { per: 'account', config: { lamp: 'arn' } } };
    await pageOf({ ...LEG, by: 'config' }, spec, remediator, client, PLACE);
    expect(sent[0]?.input.Expression).not.toContain('awsRegion =');
  });

  test('is never asked of Config where the remediation does not say how', async () => {
    const { client, sent } = answering({});
    expect(await pageOf(LEG, SPEC, remediator, client, PLACE)).toMatchObject({ by: 'list' });
    expect(sent).toEqual([]);
  });
});
