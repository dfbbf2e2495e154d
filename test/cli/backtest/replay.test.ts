import { Readable } from 'node:stream';
import { type Envelope, envelopesOf } from '../../../cli/backtest/envelope';
import { Replay, type Replayed } from '../../../cli/backtest/replay';
import { backtest, type Summary } from '../../../cli/backtest/run';
import { REGISTRY } from '../../../lambda/registry.generated';
import {
  CUSTOM_ACTION,
  doorRole,
  readRole,
  type RoleName,
  repairRole,
  roleArn,
  settingsPath,
  undoRole,
} from '../../../lambda/runtime/deployment/spec';
import { concerns, locatedBy } from '../../../lambda/runtime/match';
import type { Unit } from '../../../lambda/runtime/run';
import { isRefusal, readSignals } from '../../../lambda/runtime/signal';
import { fillOne } from '../../../lambda/runtime/spec';
import { mutantOf, seeded } from '../../support/mutants';
import { eventNames, messageOf } from '../../support/remediation';

type Fields = Record<string, unknown>;
type Message = Fields & { detail: Fields };

const PLACE = { partition: 'aws', account: '123456789012', region: 'eu-central-1' };
const TRAIL = `arn:aws:cloudtrail:${PLACE.region}:${PLACE.account}:trail/bulwark-main`;
const BUCKET = 'arn:aws:s3:::reports';

const message = (unit: string, name: string): Message => structuredClone(messageOf(unit, name)) as Message;
const putPolicy = () => message('s3-bucket-public-access', 'match-put-policy');

/** What comes of one value, through files and lines as the command reads them. */
async function replay(text: string, { qualifier = 'main', units }: { qualifier?: string; units?: Unit[] } = {}) {
  const replaying = new Replay(qualifier, units);
  await replaying.load();
  const summary: Summary = { events: 0, matched: 0, refused: 0 };
  const [matched, refused]: [Replayed[], Array<Partial<Replayed> & { reason: string }>] = [[], []];
  const failures: object[] = [];
  const source = { name: 'a', open: () => Readable.from([Buffer.from(text)]) };
  await backtest(Readable.from([source]), replaying, summary, {
    matched: (one, _, failure) => {
      matched.push(one);
      if (failure !== undefined) failures.push(failure);
    },
    refused: (one) => {
      refused.push(one);
    },
  });
  return { summary, matched, refused, failures };
}

async function only(value: object, options?: { qualifier?: string }): Promise<Replayed | undefined> {
  const { matched, refused } = await replay(JSON.stringify(value), options);
  expect(refused).toEqual([]);
  return matched[0];
}

const resourcesOf = (replayed: Replayed | undefined, id: string) =>
  (replayed?.remediations ?? []).filter((each) => each.id === id).map(({ resource }) => resource);

/** What the engine's own parts say, in a deployment that stands for this trail. */
async function deployed({ spec, load }: Unit, event: object): Promise<string[]> {
  const remediator = (await load())({ trailArn: TRAIL });
  const every = { ...PLACE, bucket: '*', snapshot: '*', user: '*', key: '*', group: '*', function: '*', target: '*' };
  return readSignals(event).flatMap((signal) => {
    if (isRefusal(signal) || !concerns(spec, signal)) return [];
    const located = locatedBy(spec, remediator, signal) ?? [{ names: every }];
    return located.map(({ names }) => fillOne(spec.resource.arn, { ...PLACE, ...names }));
  });
}

/** Here any trail is taken for the baseline's own. */
const OTHER_TRAILS = ['miss-other-trail', 'miss-same-name-elsewhere'];

describe.each(REGISTRY.map(({ spec }) => spec.id))('%s', (id) => {
  const unit = REGISTRY.find(({ spec }) => spec.id === id) as Unit;

  test.each(eventNames(id))('%s', async (name) => {
    const event = message(id, name);
    const replayed = await replay(JSON.stringify(event));
    const resources = resourcesOf(replayed.matched[0], id);
    const isMatch = name.startsWith('match-') || OTHER_TRAILS.includes(name);
    expect({ name, reported: resources.length > 0 }).toEqual({ name, reported: isMatch });
    expect(replayed.summary.events + replayed.summary.refused).toBe(1);
    if (OTHER_TRAILS.includes(name)) return;
    expect(resources).toEqual(await deployed(unit, event));
  });

  test('is told as the engine says on every event of all the others', async () => {
    const others = REGISTRY.flatMap(({ spec }) => eventNames(spec.id).map((name) => [spec.id, name] as const));
    for (const [other, name] of others) {
      if (OTHER_TRAILS.includes(name)) continue;
      const event = message(other, name);
      const { matched } = await replay(JSON.stringify(event), { units: [unit] });
      expect({ other, name, resources: resourcesOf(matched[0], id) }).toEqual({
        other,
        name,
        resources: await seen(unit, event),
      });
    }
  });

  /** A call that failed or a finding that is met stays on the bus, where a unit is not asked. */
  async function seen(one: Unit, event: Message): Promise<string[]> {
    return event.detail.errorCode === undefined ? deployed(one, event) : [];
  }
});

describe('a call', () => {
  test('is one line with all that answers it', async () => {
    expect(await only(putPolicy())).toEqual({
      id: '20000000-0000-4000-8000-000000000003',
      eventName: 'PutBucketPolicy',
      source: 'aws.s3',
      alarms: [],
      remediations: [
        { id: 's3-bucket-public-access', resource: BUCKET, act: 'repairs' },
        { id: 's3-bucket-tls-only', resource: BUCKET, act: 'repairs' },
      ],
      techniques: ['T1530', 'T1537'],
    });
  });

  test('is known by its record alone', async () => {
    expect(await only(putPolicy().detail)).toMatchObject({ id: putPolicy().detail.eventID, source: 'aws.s3' });
  });

  test('that failed changed nothing', async () => {
    const event = putPolicy();
    event.detail.errorCode = 'AccessDenied';
    expect(await only(event)).toBeUndefined();
    expect(await only(event.detail)).toBeUndefined();
  });

  test.each([
    ['our reader', readRole('main')],
    ['our repairs', repairRole('main', 's3-bucket-tls-only', false)],
    ['our approved repairs', repairRole('main', 'ec2-default-security-group', true)],
    ['our way back', undoRole('main', 's3-bucket-tls-only')],
    ['our responder', doorRole('main', 'responder')],
  ])('of %s is ours', async (_, role) => {
    expect(await only(by(role))).toBeUndefined();
    expect(await only(by(role).detail)).toBeUndefined();
  });

  test.each([
    ['a role of another deployment', repairRole('other', 's3-bucket-tls-only', false)],
    ['a role that is called like ours', { path: '/', name: 'bulwark-main-s3-bucket-tls-only' }],
    ['a role of a remediation that there is not', repairRole('main', 'something-else', false)],
  ])('of %s is not ours', async (_, role) => {
    expect((await only(by(role)))?.remediations).toHaveLength(2);
  });

  test('of another deployment is its own there', async () => {
    const event = by(repairRole('other', 's3-bucket-tls-only', false));
    expect(await only(event, { qualifier: 'other' })).toBeUndefined();
  });

  function by(role: RoleName): Message {
    const event = putPolicy();
    const arn = roleArn('aws', PLACE.account, role);
    event.detail.userIdentity = { type: 'AssumedRole', sessionContext: { sessionIssuer: { type: 'Role', arn } } };
    return event;
  }

  test('on a bucket of somebody else is theirs to repair', async () => {
    const event = putPolicy();
    event.detail.resources = [{ ARN: BUCKET, accountId: '999999999999', type: 'AWS::S3::Bucket' }];
    expect(await only(event)).toBeUndefined();
    event.detail.resources = [{ ARN: BUCKET, accountId: 'XXXXXXXXXXXX', type: 'AWS::S3::Bucket' }];
    expect(await only(event)).toBeDefined();
  });

  test('with an account and a Region that are none is told with what stands in for them', async () => {
    const text = JSON.stringify(message('ec2-default-security-group', 'match-authorize-ingress'))
      .replaceAll(PLACE.account, 'REDACTED')
      .replaceAll(PLACE.region, 'us-nowhere');
    expect(resourcesOf((await replay(text)).matched[0], 'ec2-default-security-group')).toEqual([
      'arn:aws:ec2:us-east-1:000000000000:security-group/sg-0123456789abcdef0',
    ]);
  });

  test.each([
    ['cn-north-1', 'arn:aws-cn:s3:::reports'],
    ['us-gov-west-1', 'arn:aws-us-gov:s3:::reports'],
  ])('of another partition has its ARNs: %s', async (region, arn) => {
    const text = JSON.stringify(putPolicy()).replaceAll(PLACE.region, region);
    expect(resourcesOf((await replay(text)).matched[0], 's3-bucket-tls-only')).toEqual([arn]);
  });

  test('that the engine cannot take is refused with its reason', async () => {
    const event = putPolicy();
    event.detail.eventTime = 'yesterday';
    const { summary, refused } = await replay(JSON.stringify(event));
    expect(summary).toEqual({ events: 0, matched: 0, refused: 1 });
    expect(refused).toEqual([
      {
        where: 'a, record 1',
        reason: 'missing or malformed time',
        id: event.id,
        eventName: 'PutBucketPolicy',
        source: 'aws.s3',
        alarms: [],
        remediations: [],
        techniques: [],
      },
    ]);
  });
});

describe('what comes of a look is decided as the engine decides by default', () => {
  const acts = async (value: object) =>
    Object.fromEntries(((await only(value))?.remediations ?? []).map(({ id, act }) => [id, act]));
  const calls = REGISTRY.flatMap(({ spec }) =>
    eventNames(spec.id)
      .filter((name) => name.startsWith('match-') && message(spec.id, name).detail.eventName !== undefined)
      .map((name) => [spec, name] as const),
  );
  const findings = REGISTRY.flatMap(({ spec }) =>
    eventNames(spec.id)
      .filter((name) => name.startsWith('match-') && message(spec.id, name).detail.eventName === undefined)
      .map((name) => [spec, name] as const),
  );

  test('a call is repaired, however old, unless that may interrupt an application', async () => {
    for (const [spec, name] of calls) {
      const event = message(spec.id, name);
      event.detail.eventTime = '2020-01-01T00:00:00Z';
      delete event.detail.sourceIPAddress;
      const { [spec.id]: act } = await acts(event);
      expect({ id: spec.id, name, act }).toMatchObject({ act: spec.disruptive ? 'proposes' : 'repairs' });
    }
    expect(calls.some(([{ disruptive }]) => disruptive)).toBe(true);
  });

  test.each([
    { sourceIPAddress: 'cloudformation.amazonaws.com' },
    { userIdentity: { invokedBy: 'cloudformation.amazonaws.com' } },
  ])('one of CloudFormation is proposed, unless it turns off a control: %j', async (by) => {
    for (const [spec, name] of calls) {
      const event = message(spec.id, name);
      Object.assign(event.detail, by);
      const { [spec.id]: act } = await acts(event);
      const isHeld = !spec.disruptive && 'persistent' in spec && spec.persistent === true;
      expect({ id: spec.id, name, act }).toMatchObject({ act: isHeld ? 'repairs' : 'proposes' });
    }
  });

  test('a finding is proposed, and repaired where a person asked for it', async () => {
    for (const [spec, name] of findings) {
      const event = message(spec.id, name);
      const isAsked = event['detail-type'] === 'Security Hub Findings - Custom Action';
      const { [spec.id]: act } = await acts(event);
      expect({ id: spec.id, name, act }).toMatchObject({ act: isAsked && !spec.disruptive ? 'repairs' : 'proposes' });
      if (event['detail-type'] !== 'Security Hub Findings - Imported') continue;
      const action = `arn:aws:securityhub:${PLACE.region}:${PLACE.account}:action/custom/${CUSTOM_ACTION}`;
      const asked = { ...event, 'detail-type': 'Security Hub Findings - Custom Action', resources: [action] };
      const { [spec.id]: ifAsked } = await acts(asked);
      expect({ id: spec.id, name, ifAsked }).toMatchObject({ ifAsked: spec.disruptive ? 'proposes' : 'repairs' });
    }
    expect(findings.length).toBeGreaterThan(10);
  });
});

describe('a trail stands for that of the baseline', () => {
  test.each([
    ['by its name', { name: 'any' }, `arn:aws:cloudtrail:${PLACE.region}:${PLACE.account}:trail/any`],
    ['by its name elsewhere', { trailName: 'any' }, `arn:aws:cloudtrail:${PLACE.region}:${PLACE.account}:trail/any`],
    ['by its ARN', { name: TRAIL }, TRAIL],
    ['by its ARN in another Region', { name: TRAIL.replace('central', 'west') }, TRAIL.replace('central', 'west')],
  ])('where a call names it %s', async (_, requestParameters, arn) => {
    const event = message('cloudtrail-trail-weakened', 'match-stop-logging');
    event.detail.requestParameters = requestParameters;
    expect(resourcesOf(await only(event), 'cloudtrail-trail-weakened')).toEqual([arn]);
  });

  test('where a finding names it, and any where it names none', async () => {
    const event = message('cloudtrail-trail-weakened', 'match-security-hub');
    const [finding] = event.detail.findings as [Fields];
    expect(resourcesOf(await only(event), 'cloudtrail-trail-weakened')).toEqual([TRAIL]);
    finding.Resources = [{ Type: 'AwsCloudTrailTrail', Id: TRAIL.replace(PLACE.region, 'us-nowhere-0') }];
    expect(resourcesOf(await only(event), 'cloudtrail-trail-weakened')).toEqual([TRAIL]);
    finding.Resources = [{ Type: 'AwsAccount', Id: `AWS::::Account:${PLACE.account}` }];
    expect(resourcesOf(await only(event), 'cloudtrail-trail-weakened')).toEqual([TRAIL.replace('bulwark-main', '*')]);
  });
});

describe('a finding', () => {
  const asff = {
    Id: 'f-1',
    ProductArn: 'arn:aws:securityhub:eu-central-1::product/aws/securityhub',
    AwsAccountId: PLACE.account,
    Region: PLACE.region,
    UpdatedAt: '2026-11-20T10:00:00Z',
    RecordState: 'ACTIVE',
    Workflow: { Status: 'NEW' },
    Compliance: { Status: 'FAILED', SecurityControlId: 'S3.8' },
    Resources: [{ Type: 'AwsS3Bucket', Id: BUCKET }],
  };
  const ocsf = {
    class_uid: 2003,
    status_id: 1,
    metadata: { uid: 'f-2' },
    finding_info: { modified_time: 1_763_632_800_000 },
    cloud: { region: PLACE.region, account: { uid: PLACE.account } },
    compliance: { control: 'S3.8', status: 'Fail' },
    resources: [{ type: 'AWS::S3::Bucket', uid: BUCKET }],
  };
  const guardDuty = {
    id: 'f3',
    accountId: PLACE.account,
    region: PLACE.region,
    type: 'Policy:S3/BucketBlockPublicAccessDisabled',
    updatedAt: '2026-11-20T10:00:00Z',
    service: { archived: false },
    resource: { s3BucketDetails: [{ arn: BUCKET }] },
  };
  const capital = {
    Id: 'f3',
    AccountId: PLACE.account,
    Region: PLACE.region,
    Type: 'Policy:S3/BucketBlockPublicAccessDisabled',
    UpdatedAt: '2026-11-20T10:00:00Z',
    Service: { Archived: false },
    Resource: { S3BucketDetails: [{ Arn: BUCKET }] },
  };
  const config = {
    configRuleName: 's3-bucket-level-public-access-prohibited',
    awsAccountId: PLACE.account,
    awsRegion: PLACE.region,
    resourceType: 'AWS::S3::Bucket',
    resourceId: 'reports',
    newEvaluationResult: { complianceType: 'NON_COMPLIANT', resultRecordedTime: '2026-11-20T10:00:00Z' },
  };

  test.each([
    ['of Security Hub', asff, 'S3.8'],
    ['of the current Security Hub', ocsf, 'S3.8'],
    ['of GuardDuty', guardDuty, guardDuty.type],
    ['of GuardDuty, as its API writes it', capital, guardDuty.type],
    ['of Config', config, config.configRuleName],
    ['in a list of findings', { Findings: [asff] }, 'S3.8'],
  ])('%s leads to the resource', async (_, finding, eventName) => {
    expect(await only(finding)).toMatchObject({
      eventName,
      remediations: [{ id: 's3-bucket-public-access', resource: BUCKET, act: 'proposes' }],
      techniques: ['T1530', 'T1537'],
    });
  });

  test.each([
    ['that is met', { ...asff, Compliance: { ...asff.Compliance, Status: 'PASSED' } }],
    ['that is archived', { ...asff, RecordState: 'ARCHIVED' }],
    ['that somebody suppressed', { ...asff, Workflow: { Status: 'SUPPRESSED' } }],
    ['of GuardDuty that is archived', { ...guardDuty, service: { archived: true } }],
    ['of Config that is met', { ...config, newEvaluationResult: { complianceType: 'COMPLIANT' } }],
  ])('%s is an event that leads to nothing', async (_, finding) => {
    expect(await only(finding)).toBeUndefined();
  });

  test('on a whole account is about each resource of the kind', async () => {
    const event = message('ec2-snapshot-public', 'match-security-hub-account');
    expect(resourcesOf(await only(event), 'ec2-snapshot-public')).toEqual(['arn:aws:ec2:eu-central-1::snapshot/*']);
    const key = message('iam-access-key-exposed', 'match-config-account');
    expect(resourcesOf(await only(key), 'iam-access-key-exposed')).toEqual(['arn:aws:iam::123456789012:user/*']);
  });

  test('beside others is one event, and each resource is told once', async () => {
    const passed = { ...asff, Compliance: { ...asff.Compliance, Status: 'PASSED' } };
    const other = { ...asff, Resources: [{ Type: 'AwsS3Bucket', Id: 'arn:aws:s3:::other' }] };
    const event = { ...message('s3-bucket-public-access', 'match-security-hub') };
    event.detail = { findings: [passed, asff, asff, other] };
    expect(resourcesOf(await only(event), 's3-bucket-public-access')).toEqual([BUCKET, 'arn:aws:s3:::other']);
  });
});

describe('the alarm on the switches', () => {
  const change = (eventName: string, requestParameters: Fields): Message => {
    const event = putPolicy();
    Object.assign(event.detail, { eventSource: 'ssm.amazonaws.com', eventName, requestParameters });
    return { ...event, source: 'aws.ssm' };
  };
  const switched = `${settingsPath('main')}/kill-switch`;

  test.each([
    ['PutParameter', { name: switched }],
    ['DeleteParameter', { name: switched }],
    ['DeleteParameters', { names: ['/other', switched] }],
  ])('answers %s', async (eventName, requestParameters) => {
    expect(await only(change(eventName, requestParameters))).toEqual({
      id: expect.any(String) as string,
      eventName,
      source: 'aws.ssm',
      alarms: [{ id: 'response-switch-changed', priority: 'P1' }],
      remediations: [],
      techniques: [],
    });
  });

  test('is told also where the engine cannot take the event', async () => {
    const event = change('PutParameter', { name: switched });
    event.detail.eventTime = 'never';
    const [{ spec, load }] = REGISTRY as [Unit];
    const units = [
      { spec: { ...spec, triggers: [{ service: 'ssm', eventNames: ['PutParameter'] as [string] }] }, load },
    ];
    const { summary, matched } = await replay(JSON.stringify(event), { units });
    expect(summary).toEqual({ events: 1, matched: 1, refused: 0 });
    expect(matched[0]).not.toHaveProperty('refused');
  });

  test('answers the switches of its own deployment only', async () => {
    expect(await only(change('PutParameter', { name: switched }), { qualifier: 'other' })).toBeUndefined();
    expect(await only(change('PutParameter', { name: '/bulwark/main/other' }))).toBeUndefined();
    expect(await only(change('GetParameter', { name: switched }))).toBeUndefined();
  });
});

describe('what nobody foresaw ends nothing', () => {
  const [real] = REGISTRY.filter(({ spec }) => spec.id === 's3-bucket-tls-only') as [Unit];
  const failing = (async () => () => ({
    locate: () => {
      throw new TypeError('x is not iterable');
    },
  })) as unknown as Unit['load'];

  test('in a remediation: it is told by its name, beside what the others say', async () => {
    const units = [{ spec: { ...real.spec, id: 'a-failing-one' }, load: failing }, real] as Unit[];
    const lines = [putPolicy(), putPolicy()].map((event) => JSON.stringify(event)).join('\n');
    const { summary, matched, refused, failures } = await replay(lines, { units });
    expect(summary).toEqual({ events: 2, matched: 2, refused: 0 });
    expect(refused).toEqual([]);
    const reason = 'a-failing-one fails on it (x is not iterable)';
    expect(failures).toEqual([
      { where: 'a, record 1', reason },
      { where: 'a, record 2', reason },
    ]);
    expect(matched[0]).toMatchObject({
      eventName: 'PutBucketPolicy',
      remediations: [{ id: 's3-bucket-tls-only', resource: BUCKET, act: 'repairs' }],
    });
  });

  test('in the only remediation that an event concerns: the event is refused', async () => {
    const units = [{ ...real, load: failing }];
    const { summary, refused } = await replay(JSON.stringify(putPolicy()), { units });
    expect(summary).toEqual({ events: 0, matched: 0, refused: 1 });
    expect(refused).toMatchObject([{ reason: 's3-bucket-tls-only fails on it (x is not iterable)', remediations: [] }]);
  });

  const deep = (levels: number) => `${'['.repeat(levels)}1${']'.repeat(levels)}`;
  const objects = (levels: number) => `${'{"a":'.repeat(levels)}1${'}'.repeat(levels)}`;
  const marked = JSON.stringify(putPolicy().detail);

  test.each([
    ['the name of a call', marked.replace('"PutBucketPolicy"', deep(10_000))],
    ['the parameters of a call', marked.replace('"reports"', objects(10_000))],
    [
      'the names of parameters',
      JSON.stringify({
        eventSource: 'ssm.amazonaws.com',
        eventName: 'DeleteParameters',
        requestParameters: { names: 'DEEP' },
      }).replace('"DEEP"', deep(200_000)),
    ],
    ['a finding', `{"AccountId":"1","Type":"t","Service":{"Archived":${objects(200_000)}}}`],
    ['a list', deep(50_000)],
    ['an object', objects(50_000)],
    ['a test case', `${'{"event":'.repeat(10_000)}{}${'}'.repeat(10_000)}`],
  ])('in data that is nested as deep as it likes: %s', async (_, text) => {
    for (const layout of [text, `{"Records":[${text}]}`, `{}\n${text}`]) {
      const { summary, matched } = await replay(`${layout}\n${JSON.stringify(putPolicy())}\n`);
      expect(matched.map(({ eventName }) => eventName)).toEqual(['PutBucketPolicy']);
      expect(summary.events + summary.refused).toBe(layout.startsWith('{}\n') ? 3 : 2);
    }
  });

  test('in an envelope whose names mean something to JavaScript', async () => {
    const odd = '{"source":"constructor","detail-type":"__proto__","detail":{"__proto__":{}}}';
    expect((await replay(`${odd}\n${JSON.stringify(putPolicy())}`)).summary).toEqual({
      events: 2,
      matched: 1,
      refused: 0,
    });
  });
});

test('whatever becomes of an event, it is told or refused, and the next one is read', async () => {
  const random = seeded(20_261_125);
  const messages = REGISTRY.flatMap(({ spec }) => eventNames(spec.id).map((name) => message(spec.id, name)));
  const calls = messages.map(({ detail }) => detail).filter(({ eventName }) => eventName !== undefined);
  const last = JSON.stringify({ ...putPolicy().detail, eventID: 'the-last-one' });
  for (let round = 0; round < 40; round += 1) {
    const mutants = (round % 2 === 0 ? messages : calls).map((each) => mutantOf(each, random)).filter(Boolean);
    const { summary, matched } = await replay([...mutants, last].join('\n'));
    expect(matched.at(-1)?.id).toBe('the-last-one');
    expect(summary.events + summary.refused).toBeGreaterThanOrEqual(mutants.length);
  }
}, 60_000);

test('an envelope is not changed by being looked at', async () => {
  const replaying = new Replay('main');
  await replaying.load();
  for (const { spec } of REGISTRY) {
    for (const name of eventNames(spec.id)) {
      const [envelope] = envelopesOf(message(spec.id, name));
      const before = JSON.stringify(envelope);
      replaying.event(envelope as Envelope);
      expect(JSON.stringify(envelope)).toBe(before);
    }
  }
});
