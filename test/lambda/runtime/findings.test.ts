import { isRefusal, parseSignal } from '../../../lambda/runtime/signal';
import { signalOf } from '../../support/engine';
import {
  ACCOUNT,
  asff,
  config,
  guardDuty,
  LAMP_ARN,
  ocsf,
  REGION,
  securityHub,
  securityHubV2,
} from '../../support/signals';

const reasonOf = (message: object) => {
  const found = parseSignal(JSON.stringify(message));
  return isRefusal(found) ? found.refused : 'not refused';
};
const PLACE = { kind: 'finding', account: ACCOUNT, region: REGION };

describe('a finding of GuardDuty', () => {
  test('is of when it was last seen, and names the bucket, the user and the account', () => {
    expect(signalOf(guardDuty())).toEqual({
      ...PLACE,
      id: '30000000000000000000000000000001',
      time: new Date('2026-11-20T09:54:00Z'),
      actor: { arn: 'guardduty.amazonaws.com' },
      subject: { product: 'guardduty', name: 'Policy:S3/LampSwitchedOff' },
      resources: [
        { type: 'AWS::S3::Bucket', id: LAMP_ARN },
        { type: 'AWS::IAM::User', id: 'alice' },
        { type: 'AWS::Account', id: ACCOUNT },
      ],
      asked: false,
      record: guardDuty().detail,
    });
  });

  test('that was never seen again is of when it was updated', () => {
    expect(signalOf(guardDuty({ service: { archived: false } })).time).toEqual(new Date('2026-11-20T09:55:00Z'));
  });

  test('names no user where a role did it', () => {
    const resource = { accessKeyDetails: { userName: 'admin', userType: 'AssumedRole' } };
    expect(signalOf(guardDuty({ resource }))).toMatchObject({ resources: [{ type: 'AWS::Account' }] });
  });

  test.each<[object, string]>([
    [{ service: { archived: true } }, 'the finding is archived'],
    [{ accountId: 123_456_789_012 }, 'account'],
    [{ region: undefined }, 'Region'],
    [{ id: ['x'] }, 'id'],
    [{ updatedAt: 'soon', service: {} }, 'time'],
  ])('is refused with %j', (detail, reason) => {
    expect(reasonOf(guardDuty({ ...detail }))).toContain(reason);
  });
});

describe('a finding of Security Hub', () => {
  test('says how its outcome is told', () => {
    const { Id: id, ProductArn: productArn } = asff();
    expect(signalOf(securityHub())).toEqual({
      ...PLACE,
      id,
      time: new Date('2026-11-20T09:55:00Z'),
      actor: { arn: 'securityhub.amazonaws.com' },
      subject: { product: 'securityhub', name: 'S3.8' },
      resources: [{ type: 'AwsTestLamp', id: LAMP_ARN }],
      asked: false,
      hub: { format: 'ASFF', id, productArn, region: REGION },
      record: asff(),
    });
  });

  test.each([
    ['security-control/S3.8', 'S3.8'],
    ['aws-foundational-security-best-practices/v/1.0.0/EC2.19', 'EC2.19'],
    ['cis-aws-foundations-benchmark/v/1.4.0/2.1.5', undefined],
    ['security-control/S3.8/more', undefined],
    ['arn:aws:securityhub:::ruleset/security-control/S3.8', undefined],
  ])('that names no control is of the one in its generator: %s', (GeneratorId, name) => {
    const message = securityHub([asff({ GeneratorId, Compliance: { Status: 'FAILED' } })]);
    if (name === undefined) expect(reasonOf(message)).toBe('the finding names no control of Security Hub');
    else expect(signalOf(message)).toMatchObject({ subject: { name } });
  });

  const STALE: Array<[object, string]> = [
    [{ RecordState: 'ARCHIVED' }, 'the finding is archived'],
    [{ Compliance: { Status: 'PASSED', SecurityControlId: 'S3.8' } }, 'the finding says that the control is met'],
  ];
  const SETTLED: Array<[object, string]> = [
    [{ Workflow: { Status: 'RESOLVED' } }, 'the workflow of the finding is RESOLVED'],
    [{ Workflow: { Status: 'SUPPRESSED' } }, 'the workflow of the finding is SUPPRESSED'],
  ];
  const MALFORMED: Array<[object, string]> = [
    [{ Id: { evil: true } }, 'id'],
    [{ AwsAccountId: null }, 'account'],
    [{ Region: 'mars-1' }, 'Region'],
    [{ UpdatedAt: 7 }, 'time'],
  ];
  test.each([...STALE, ...SETTLED, ...MALFORMED])('is refused with %j', (more, reason) => {
    expect(reasonOf(securityHub([asff({ ...more })]))).toContain(reason);
  });

  test.each([...STALE, ...MALFORMED])('that a person picked is refused with %j all the same', (more, reason) => {
    expect(reasonOf(securityHub([asff({ ...more })], 'Custom Action'))).toContain(reason);
  });

  test.each([{}, ...SETTLED.map(([more]) => more)])('that a person picked is asked for, with %j too', (more) => {
    expect(signalOf(securityHub([asff({ ...more })], 'Custom Action'))).toMatchObject({ asked: true });
  });

  test.each([[undefined], ['none'], [[7, null, []]]])('whose resources are %j names none', (Resources) => {
    expect(signalOf(securityHub([asff({ Resources })]))).toMatchObject({ resources: [] });
  });
});

describe('a finding of the current Security Hub', () => {
  test('says how its outcome is told', () => {
    const { uid } = ocsf().metadata;
    expect(signalOf(securityHubV2())).toEqual({
      ...PLACE,
      id: uid,
      time: new Date('2026-11-20T09:55:00Z'),
      actor: { arn: 'securityhub.amazonaws.com' },
      subject: { product: 'securityhub', name: 'S3.8' },
      resources: [{ type: 'AWS::Test::Lamp', id: LAMP_ARN }],
      asked: false,
      hub: { format: 'OCSF', uid, region: REGION },
      record: ocsf(),
    });
  });

  test.each([
    [{ modified_time_dt: '2026-11-20T09:57:00Z', modified_time: 1 }, {}, '2026-11-20T09:57:00Z'],
    [{ modified_time: Date.parse('2026-11-20T09:56:00Z') }, {}, '2026-11-20T09:56:00Z'],
    [{}, { time_dt: '2026-11-20T09:53:00Z' }, '2026-11-20T09:53:00Z'],
    [{}, {}, '2026-11-20T09:54:00Z'],
  ])('with the times %j and %j is of %s', (info, more, time) => {
    expect(signalOf(securityHubV2([ocsf({ finding_info: info, ...more })])).time).toEqual(new Date(time));
  });

  test.each<[object, string]>([
    [{ class_uid: 2004 }, 'not a compliance finding'],
    [{ class_uid: '2003' }, 'not a compliance finding'],
    [{ compliance: { control: 'S3.8', status: 'Pass' } }, 'the finding says that the control is met'],
    [{ status_id: 3, status: 'Suppressed' }, 'the status of the finding is Suppressed'],
    [{ status_id: 4, status: undefined }, 'the status of the finding is 4'],
    [{ status_id: 5, status: 'Archived' }, 'the status of the finding is Archived'],
    [{ compliance: { status: 'Fail' } }, 'the finding names no control of Security Hub'],
    [{ cloud: { account: { uid: 7 }, region: REGION } }, 'account'],
    [{ cloud: { account: { uid: ACCOUNT } } }, 'Region'],
    [{ metadata: {}, finding_info: {} }, 'id'],
    [{ time: true, finding_info: {} }, 'time'],
    [{ time: 1e300, finding_info: {} }, 'time'],
  ])('is refused with %j', (more, reason) => {
    expect(reasonOf(securityHubV2([ocsf({ ...more })]))).toContain(reason);
  });
});

describe('a violation that Config found', () => {
  test('is of the rule, and names the resource by its id', () => {
    expect(signalOf(config())).toEqual({
      ...PLACE,
      id: '20000000-0000-4000-8000-000000000005',
      time: new Date('2026-11-20T09:55:00Z'),
      actor: { arn: 'config.amazonaws.com' },
      subject: { product: 'config', name: 'lamp-is-on' },
      resources: [{ type: 'AWS::Test::Lamp', id: 'hall' }],
      asked: false,
      record: config().detail,
    });
  });

  test.each<[object, string]>([
    [{ newEvaluationResult: { complianceType: 'COMPLIANT' } }, 'does not say NON_COMPLIANT'],
    [{ newEvaluationResult: undefined }, 'does not say NON_COMPLIANT'],
    [{ newEvaluationResult: { complianceType: 'NON_COMPLIANT' } }, 'time'],
    [{ awsAccountId: '1' }, 'account'],
    [{ awsRegion: 'eu' }, 'Region'],
  ])('is refused with %j', (detail, reason) => {
    expect(reasonOf(config({ ...detail }))).toContain(reason);
  });
});
