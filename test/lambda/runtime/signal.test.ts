import { isRefusal, parseSignal, parseSignals, sweepMessage } from '../../../lambda/runtime/signal';
import { signalOf } from '../../support/engine';
import {
  ACCOUNT,
  asff,
  call,
  config,
  envelope,
  guardDuty,
  ocsf,
  REGION,
  securityHub,
  securityHubV2,
  swept,
} from '../../support/signals';

const reasonOf = (body: string) => {
  const found = parseSignal(body);
  return isRefusal(found) ? found.refused : 'not refused';
};

describe('a call', () => {
  test('is read from its envelope', () => {
    expect(parseSignal(envelope())).toEqual({
      kind: 'call',
      id: '10000000-0000-4000-8000-000000000001',
      account: ACCOUNT,
      region: REGION,
      service: 's3',
      eventName: 'PutLamp',
      time: new Date('2026-11-20T10:00:00Z'),
      actor: { arn: `arn:aws:iam::${ACCOUNT}:user/alice` },
      byCloudFormation: false,
      record: call().detail,
    });
  });

  test.each([
    ['a failed call', envelope({ errorCode: 'AccessDenied' }), 'the call failed'],
    ['a source that anyone can send', envelope({}, { source: 'my.app' }), 'source'],
    ['a source of another service', envelope({}, { source: 'aws.ec2' }), 'source'],
    ['an account that is not the bus', envelope({}, { account: '210987654321' }), 'recipientAccountId'],
    ['an account of letters', envelope({ recipientAccountId: 'REDACTED' }), 'recipientAccountId'],
    ['a Region that cannot be', envelope({ awsRegion: 'us-east-1.evil.example' }), 'Region'],
    ['a time that cannot be', envelope({ eventTime: 'yesterday' }), 'time'],
    ['a name of the wrong type', envelope({ eventName: { toString: 1 } }), 'eventName'],
    ['a source that is no service', envelope({ eventSource: 'evil.example' }), 'eventSource'],
    ['an id of 100,000 characters', envelope({ eventID: 'x'.repeat(100_000) }), 'id'],
    ['an id with a line of its own for the log', envelope({ eventID: 'a\nERROR all is lost' }), 'id'],
  ])('is refused as %s, and says why', (_, body, reason) => {
    expect(reasonOf(body)).toContain(reason);
  });

  test.each([
    undefined,
    null,
    'root',
    [],
    { type: 'Root' },
    { sessionContext: 'x' },
    { sessionContext: { sessionIssuer: [] } },
  ])('by %j has no role', (userIdentity) => {
    expect(signalOf(call({ userIdentity }))).toMatchObject({ actor: { arn: 'unknown' } });
    expect(signalOf(call({ userIdentity }))).not.toHaveProperty('actor.roleArn');
  });

  test('by a service is told by its name', () => {
    const userIdentity = { type: 'AWSService', invokedBy: 'config.amazonaws.com' };
    expect(signalOf(call({ userIdentity })).actor).toEqual({ arn: 'config.amazonaws.com' });
  });

  test.each<[string, object, boolean]>([
    ['from its address', { sourceIPAddress: 'cloudformation.amazonaws.com' }, true],
    ['in the name of a deployer', { userIdentity: { invokedBy: 'cloudformation.amazonaws.com' } }, true],
    ['by a user agent that says so, as anybody can', { userAgent: 'cloudformation.amazonaws.com' }, false],
    [
      'by a role that is called so',
      { userIdentity: { arn: 'arn:aws:iam::1:role/cloudformation.amazonaws.com' } },
      false,
    ],
    ['from an address that ends so', { sourceIPAddress: 'evil-cloudformation.amazonaws.com' }, false],
  ])('is CloudFormation’s %s: %j', (_, detail, is) => {
    expect(signalOf(call({ ...detail }))).toMatchObject({ byCloudFormation: is });
  });

  test.each(['eu-central-1', 'us-gov-west-1', 'eusc-de-east-1', 'us-iso-east-1', 'cn-north-1'])(
    'may come from %s, which is a Region',
    (awsRegion) => {
      expect(signalOf(call({ awsRegion })).region).toBe(awsRegion);
    },
  );
});

describe('a message', () => {
  const deep = `${'['.repeat(50_000)}${']'.repeat(50_000)}`;
  test.each([
    ['nothing', '', 'not JSON'],
    ['half a message', envelope().slice(0, 100), 'not JSON'],
    ['null', 'null', 'not an EventBridge envelope'],
    ['an array', '[]', 'not an EventBridge envelope'],
    ['a detail that is an array', '{"detail":[]}', 'not an EventBridge envelope'],
    [
      'another detail type',
      JSON.stringify({ 'detail-type': 'Scheduled Event', detail: {} }),
      '"Scheduled Event" is not handled',
    ],
    ['no detail type', '{"detail":{}}', 'is not handled'],
    ['a detail type that every object has', '{"detail-type":"toString","detail":{}}', '"toString" is not handled'],
    ['a detail type that is no text', '{"detail-type":["AWS API Call via CloudTrail"],"detail":{}}', 'is not handled'],
    ['a detail type of great depth', `{"detail-type":${deep},"detail":{}}`, 'is not handled'],
    ['an envelope under the key that sets prototypes', `{"__proto__":${envelope()}}`, 'not an EventBridge envelope'],
  ])('that is %s is refused, and says why', (_, body, reason) => {
    expect(reasonOf(body)).toContain(reason);
  });

  test.each([
    ['a call', call()],
    ['a finding of GuardDuty', guardDuty()],
    ['a finding of Security Hub', securityHub()],
    ['a finding that a person picked', securityHub([asff()], 'Custom Action')],
    ['a finding of the current Security Hub', securityHubV2()],
    ['a violation that Config found', config()],
    ['what a sweep found', swept()],
  ])('that is %s is taken from its own source alone', (_, message) => {
    expect(isRefusal(parseSignal(JSON.stringify(message)))).toBe(false);
    for (const source of ['my.app', 'aws.', 'aws.ec2', 'aws.securityhub.evil', 'cdk-bulwark', null, ['aws.s3']]) {
      expect(reasonOf(JSON.stringify({ ...message, source }))).toContain('source');
    }
  });

  test('with several findings is as many signals and refusals, in order', () => {
    const kinds = (message: object) =>
      parseSignals(JSON.stringify(message)).map((each) => (isRefusal(each) ? each.refused : each.id));
    const id = asff().Id;
    expect(kinds(securityHub([asff(), 7, asff({ RecordState: 'ARCHIVED' }), asff()]))).toEqual([
      id,
      'a finding is not an object',
      'the finding is archived',
      id,
    ]);
    expect(kinds(securityHubV2([ocsf(), null]))).toEqual([ocsf().metadata.uid, 'a finding is not an object']);
  });

  test.each([[[]], [{}], ['x'], [null], [undefined]])('whose findings are %j is refused', (findings) => {
    expect(reasonOf(JSON.stringify({ ...securityHub(), detail: { findings } }))).toBe('no findings in the detail');
  });
});

describe('the message of a sweep', () => {
  test('comes back as it was sent', () => {
    const sent = {
      id: 's-1:00',
      account: ACCOUNT,
      region: REGION,
      time: new Date('2026-11-20T10:00:00Z'),
      remediation: 'test-lamp',
      names: { lamp: 'hall' },
    };
    const message = sweepMessage('210987654321', sent);
    expect(message.account).toBe('210987654321');
    expect(signalOf(message)).toEqual({ kind: 'sweep', actor: { arn: 'cdk-bulwark sweep' }, ...sent });
  });

  test.each([
    [{ names: { lamp: 7 } }, 'names'],
    [{ id: '' }, 'id'],
    [{ account: 'all' }, 'account'],
    [{ region: 'everywhere' }, 'Region'],
    [{ time: 'now' }, 'time'],
  ])('is refused with %j', (detail, field) => {
    expect(reasonOf(JSON.stringify(swept(detail)))).toContain(field);
  });
});
