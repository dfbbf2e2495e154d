import { parseSignal, textAt, valueAt } from '../../../lambda/runtime/signal';
import { envelope } from '../../support/engine';

describe('parseSignal', () => {
  test('reads a well-formed envelope', () => {
    expect(parseSignal(envelope())).toMatchObject({
      id: '10000000-0000-4000-8000-000000000001',
      account: '123456789012',
      region: 'eu-central-1',
      service: 's3',
      eventName: 'PutLamp',
      actor: { arn: 'arn:aws:iam::123456789012:user/alice' },
    });
  });

  test.each([
    ['nothing', '', 'not JSON'],
    ['half a message', envelope().slice(0, 100), 'not JSON'],
    ['null', 'null', 'not an EventBridge envelope'],
    ['an array', '[]', 'not an EventBridge envelope'],
    ['a detail that is an array', '{"detail":[]}', 'not an EventBridge envelope'],
    ['another detail type', JSON.stringify({ 'detail-type': 'Scheduled Event', detail: {} }), 'is not handled'],
    ['a failed call', envelope({ errorCode: 'AccessDenied' }), 'the call failed'],
    ['a source that anyone can send', envelope({}, { source: 'my.app' }), 'source'],
    ['a source of another service', envelope({}, { source: 'aws.ec2' }), 'source'],
    ['an account that is not the bus', envelope({}, { account: '210987654321' }), 'recipientAccountId'],
    ['an account of letters', envelope({ recipientAccountId: 'REDACTED' }), 'recipientAccountId'],
    ['a Region that cannot be', envelope({ awsRegion: 'us-east-1.evil.example' }), 'awsRegion'],
    ['a time that cannot be', envelope({ eventTime: 'yesterday' }), 'eventTime'],
    ['a name of the wrong type', envelope({ eventName: { toString: 1 } }), 'eventName'],
    ['a source that is no service', envelope({ eventSource: 'evil.example' }), 'eventSource'],
    ['an id of 100,000 characters', envelope({ eventID: 'x'.repeat(100_000) }), 'eventID'],
  ])('refuses %s and says why', (_, body, reason) => {
    expect(parseSignal(body)).toEqual({ refused: expect.stringContaining(reason) as string });
  });

  test('an identity without a role has none, whatever its shape', () => {
    for (const userIdentity of [undefined, null, 'root', [], { type: 'Root' }]) {
      expect(parseSignal(envelope({ userIdentity }))).not.toHaveProperty('actor.roleArn');
    }
  });
});

test.each(['eu-central-1', 'us-gov-west-1', 'eusc-de-east-1', 'us-iso-east-1', 'cn-north-1'])(
  '%s is a Region',
  (awsRegion) => {
    expect(parseSignal(envelope({ awsRegion }))).toMatchObject({ region: awsRegion });
  },
);

describe('foreign input', () => {
  test('is read by own properties only', () => {
    expect(valueAt({}, 'constructor.name')).toBeUndefined();
    expect(valueAt({ a: { b: 1 } }, 'a.b')).toBe(1);
    expect(textAt({ a: [] }, 'a')).toBeUndefined();
    expect(textAt({ a: '' }, 'a')).toBeUndefined();
  });
});
