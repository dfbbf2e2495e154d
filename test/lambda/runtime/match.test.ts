import { concerns, locatedBy } from '../../../lambda/runtime/match';
import type { Remediator } from '../../../lambda/runtime/remediation';
import type { RemediationSpec } from '../../../lambda/runtime/spec';
import { lampUnit, SPEC, signalOf } from '../../support/engine';
import {
  ACCOUNT,
  asff,
  call,
  config,
  guardDuty,
  LAMP_ARN,
  securityHub,
  securityHubV2,
  ocsf,
  swept,
} from '../../support/signals';

const PUBLIC: RemediationSpec = {
  ...SPEC,
  findings: { guardDuty: ['Policy:S3/LampSwitchedOff', 'Impact:S3/*'], config: ['s3-lamp', 'restricted-ssh'] },
};

describe('a signal concerns a remediation', () => {
  test.each<[boolean, string, object]>([
    [true, 'a call that it names', call()],
    [false, 'another call of the service', call({ eventName: 'PutLampshade' })],
    [
      false,
      'a call of that name to another service',
      call({ eventSource: 'ec2.amazonaws.com' }, { source: 'aws.ec2' }),
    ],
    [true, 'a finding of Security Hub for its control', securityHub()],
    [
      false,
      'a finding for a control whose id begins like its own',
      securityHub([asff({ Compliance: { Status: 'FAILED', SecurityControlId: 'S3.80' } })]),
    ],
    [true, 'a finding of the current Security Hub for its control', securityHubV2()],
    [
      false,
      'a finding of the current Security Hub for another one',
      securityHubV2([ocsf({ compliance: { control: 'S3.1', status: 'Fail' } })]),
    ],
    [true, 'a finding of GuardDuty of its type', guardDuty()],
    [false, 'a finding of GuardDuty whose type is longer', guardDuty({ type: 'Policy:S3/LampSwitchedOff.Custom' })],
    [true, 'a finding of GuardDuty of its family', guardDuty({ type: 'Impact:S3/PermissionsModification.Unusual' })],
    [false, 'a finding of GuardDuty of a family beside', guardDuty({ type: 'Impact:S30/Anything' })],
    [true, 'what a sweep found for it', swept()],
    [false, 'what a sweep found for another one', swept({ remediation: 'test-lamp-2' })],
  ])('%s: %s', (does, _, message) => {
    expect(concerns(PUBLIC, signalOf(message))).toBe(does);
  });

  test.each<[boolean, string]>([
    [true, 's3-lamp'],
    [true, 'securityhub-s3-lamp-1a2b3c4d'],
    [true, 'securityhub-restricted-ssh-0f9e8d'],
    [true, 's3-lamp-conformance-pack-1a2b3c4d5'],
    [false, 's3-lamp-conformance-pack-'],
    [false, 's3-lamp-conformance-pack'],
    [false, 's3-lamp-level-public-conformance-pack-1a2b3c4d5'],
    [false, 's3-lamp-1a2b3c4d'],
    [false, 'securityhub-s3-lamp'],
    [false, 's3-lamp-level-public'],
    [false, 'securityhub-s3-lamp-level-public-1a2b3c4d'],
    [false, 's3-lamp-enabled-ab'],
    [false, 's3-lamps'],
    [false, 's3-lam'],
    [false, 'my-s3-lamp'],
    [false, 'securityhub-securityhub-s3-lamp'],
    [false, 'securityhub-restricted-ssh-'],
    [false, 'S3-LAMP'],
    [false, ''],
  ])('%s: a violation of the Config rule %j', (does, configRuleName) => {
    expect(concerns(PUBLIC, signalOf(config({ configRuleName })))).toBe(does);
  });

  test.each([guardDuty(), config()])('never, where it names no findings of that kind', (message) => {
    const { findings: _, ...spec } = SPEC;
    expect(concerns(spec, signalOf(message))).toBe(false);
  });
});

describe('the resources of a signal', () => {
  const lamp = { names: { lamp: 'hall' } };
  const remediatorOf = async (members: Partial<Remediator<never>> = {}) =>
    (await lampUnit({ on: true }, { step: () => undefined }, {}, members as object).load())({});

  async function located(message: object, resource: Partial<RemediationSpec['resource']> = {}, members = {}) {
    const spec = { ...SPEC, resource: { ...SPEC.resource, ...resource } };
    return locatedBy(spec, await remediatorOf(members), signalOf(message));
  }
  const found = (Resources: object[]) => securityHub([asff({ Resources })]);

  test('are those that the remediation finds in a call', async () => {
    expect(await located(call())).toEqual([lamp]);
    expect(await located(call({ requestParameters: {} }))).toEqual([]);
  });

  test('are the one that a sweep came across', async () => {
    expect(await located(swept({ names: { lamp: 'attic' } }))).toEqual([{ names: { lamp: 'attic' } }]);
  });

  test('are those that the remediation finds in a finding, where it looks itself', async () => {
    const own = [{ names: { lamp: 'own' } }];
    expect(await located(config(), {}, { locateFinding: () => own })).toEqual(own);
    expect(await located(config(), {}, { locateFinding: () => undefined })).toBeUndefined();
  });

  const GROUP = {
    type: 'AWS::EC2::SecurityGroup',
    arn: 'arn:{partition}:ec2:{region}:{account}:security-group/{group}',
  };
  const PAIR = { type: 'AWS::Test::Bulb', arn: 'arn:{partition}:test:{region}:{account}:lamp/{lamp}/bulb/{bulb}' };
  const SETTING = { type: 'AWS::Test::Block', arn: 'arn:{partition}:test:{region}:{account}:block' };
  const GIVEN = { type: 'AWS::Test::Lamp', arn: '{setting.lampArn}' };

  test.each<[string, object, Partial<RemediationSpec['resource']>, object[]]>([
    ['an ARN', found([{ Type: 'AwsTestLamp', Id: LAMP_ARN }]), {}, [lamp]],
    [
      'several ARNs, others left out',
      found([
        { Type: 'AwsEc2SecurityGroup', Id: `arn:aws:ec2:eu-central-1:${ACCOUNT}:security-group/sg-1` },
        { Type: 'AwsEc2Vpc', Id: `arn:aws:ec2:eu-central-1:${ACCOUNT}:vpc/vpc-1` },
        { Type: 'AwsEc2SecurityGroup', Id: `arn:aws-cn:ec2:cn-north-1:${ACCOUNT}:security-group/sg-2` },
      ]),
      GROUP,
      [{ names: { group: 'sg-1' } }, { names: { group: 'sg-2' } }],
    ],
    [
      'an ARN with two names',
      found([{ Type: 'Other', Id: `arn:aws:test:eu-central-1:${ACCOUNT}:lamp/hall/bulb/7` }]),
      PAIR,
      [{ names: { lamp: 'hall', bulb: '7' } }],
    ],
    ['a bare id of its type', config(), {}, [lamp]],
    [
      'a bare id of its type as ASFF writes it',
      found([{ Type: 'AwsEc2SecurityGroup', Id: 'sg-1' }]),
      GROUP,
      [{ names: { group: 'sg-1' } }],
    ],
    ['a bare id of another type', config({ resourceType: 'AWS::IAM::User' }), {}, []],
    ['a bare id where there are two names', config({ resourceType: 'AWS::Test::Bulb' }), PAIR, []],
    ['an empty id', config({ resourceId: '' }), {}, []],
    ['an ARN of another service', found([{ Type: 'AwsTestLamp', Id: 'arn:aws:sqs:eu-central-1:1:hall' }]), {}, []],
    ['an ARN that only contains one of its kind', found([{ Type: 'AwsTestLamp', Id: `x${LAMP_ARN}` }]), {}, []],
    ['anything, where a place has one setting', config(), SETTING, [{ names: {} }]],
    ['anything, where the deployment names the resource', config(), GIVEN, [{ names: {} }]],
    ['the bucket of a finding of GuardDuty, not its user or account', guardDuty(), {}, [lamp]],
  ])('are told by %s', async (_, message, resource, expected) => {
    expect(await located(message, resource)).toEqual(expected);
  });

  test.each([
    ['AwsAccount', `AWS::::Account:${ACCOUNT}`],
    ['AwsAccount', `arn:aws:iam::${ACCOUNT}:root`],
    ['AWS::::Account', ACCOUNT],
    ['AWS::Account', ACCOUNT],
    ['AWS Account', ACCOUNT],
    ['Other', `AWS::::Account:${ACCOUNT}`],
  ])('are all of the account, for a finding of Security Hub on %s %s', async (Type, Id) => {
    expect(await located(found([{ Type, Id }]))).toBeUndefined();
    expect(await located(securityHubV2([ocsf({ resources: [{ type: Type, uid: Id }] })]))).toBeUndefined();
  });

  test('are all of the account, for a violation that Config found of it', async () => {
    expect(await located(config({ resourceType: 'AWS::::Account', resourceId: ACCOUNT }))).toBeUndefined();
  });

  test('are none for a finding of GuardDuty that names no such resource: it names the account of every one', async () => {
    expect(await located(guardDuty({ resource: {} }))).toEqual([]);
  });
});
