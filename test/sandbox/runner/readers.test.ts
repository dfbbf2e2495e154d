import { matches } from '../../../sandbox/runner/compare';
import { READERS } from '../../../sandbox/runner/readers';
import type { Ask } from '../../../sandbox/runner/readers/reader';

/** A service that answers each command by its name. */
function answering(answers: Readonly<Record<string, object>>): Ask {
  const send = async (command: object) => answers[command.constructor.name.replace(/Command$/, '')] ?? {};
  return { client: () => ({ send, destroy: () => undefined }) as never, json: async () => ({}), xml: async () => ({}) };
}

async function reads(type: string, physicalId: string, properties: object, answers: Record<string, object>) {
  const reader = READERS[type];
  if (!reader) throw new Error(`nothing reads ${type}`);
  const deployed = { physicalId, properties: { ...properties }, region: 'eu-central-1' };
  const actual = await reader(deployed, answering(answers));
  return Object.fromEntries(Object.keys(properties).map((name) => [name, actual[name]]));
}

describe('a permission of a function', () => {
  const type = 'AWS::Lambda::Permission';
  const properties = {
    Action: 'lambda:InvokeFunction',
    FunctionName: 'responder',
    Principal: 'events.amazonaws.com',
    SourceArn: 'arn:aws:events:eu-central-1:123456789012:rule/a',
    SourceAccount: '123456789012',
  };
  const statement = {
    Sid: 'mine',
    Effect: 'Allow',
    Action: 'lambda:InvokeFunction',
    Resource: 'arn:aws:lambda:eu-central-1:123456789012:function:responder',
    Principal: { Service: 'events.amazonaws.com' },
    Condition: {
      ArnLike: { 'AWS:SourceArn': properties.SourceArn },
      StringEquals: { 'AWS:SourceAccount': '123456789012' },
    },
  };
  const policy = (...statements: object[]) => ({ GetPolicy: { Policy: JSON.stringify({ Statement: statements }) } });

  test('is its own statement of the policy', async () => {
    const other = { ...statement, Sid: 'other', Action: 'lambda:*' };
    expect(await reads(type, 'mine', properties, policy(other, statement))).toEqual(properties);
  });

  test('without its condition has no source', async () => {
    const { Condition, ...open } = statement;
    expect(await reads(type, 'mine', properties, policy(open))).toEqual({
      ...properties,
      SourceArn: undefined,
      SourceAccount: undefined,
    });
  });

  test('that is gone has nothing', async () => {
    expect(await reads(type, 'mine', { Action: '' }, policy({ ...statement, Sid: 'other' }))).toEqual({});
  });

  test('of an account is the one of its number', async () => {
    const root = { ...statement, Principal: { AWS: 'arn:aws:iam::210987654321:root' } };
    expect(await reads(type, 'mine', { Principal: '210987654321' }, policy(root))).toEqual({
      Principal: '210987654321',
    });
  });
});

describe('a detector', () => {
  const inner = (Name: string, Status: string) => ({ Name, Status, UpdatedAt: new Date(0) });

  test('has of its features those that were asked for, inside and out', async () => {
    const properties = {
      Enable: true,
      FindingPublishingFrequency: 'FIFTEEN_MINUTES',
      Features: [
        { Name: 'S3_DATA_EVENTS', Status: 'ENABLED' },
        {
          Name: 'RUNTIME_MONITORING',
          Status: 'ENABLED',
          AdditionalConfiguration: [{ Name: 'EC2_AGENT_MANAGEMENT', Status: 'DISABLED' }],
        },
      ],
      Tags: [{ Key: 'a', Value: 'b' }],
    };
    const read = await reads('AWS::GuardDuty::Detector', 'id', properties, {
      GetDetector: {
        Status: 'ENABLED',
        FindingPublishingFrequency: 'FIFTEEN_MINUTES',
        Features: [
          inner('DNS_LOGS', 'ENABLED'),
          inner('S3_DATA_EVENTS', 'ENABLED'),
          {
            ...inner('RUNTIME_MONITORING', 'ENABLED'),
            AdditionalConfiguration: [
              inner('EKS_ADDON_MANAGEMENT', 'ENABLED'),
              inner('EC2_AGENT_MANAGEMENT', 'DISABLED'),
            ],
          },
        ],
        Tags: { a: 'b', 'aws:cloudformation:stack-name': 's' },
      },
    });
    expect(matches(properties, read)).toBe(true);
    expect(matches({ ...properties, Enable: false }, read)).toBe(false);
  });

  test('publishes to a destination that both parts of its identifier find', async () => {
    const properties = {
      DetectorId: 'id',
      DestinationType: 'S3',
      DestinationProperties: { DestinationArn: 'arn:aws:s3:::findings', KmsKeyArn: 'key' },
    };
    const answers = { DescribePublishingDestination: { ...properties, Status: 'PUBLISHING' } };
    expect(await reads('AWS::GuardDuty::PublishingDestination', 'id|target', properties, answers)).toEqual(properties);
  });
});

describe('a topic', () => {
  const arn = 'arn:aws:sns:eu-central-1:123456789012:alarms';

  test('has its attributes, its tags, and of its subscriptions those that it names', async () => {
    const mine = { Protocol: 'email', Endpoint: 'a@example.com' };
    const properties = {
      TopicName: 'alarms',
      KmsMasterKeyId: 'key',
      Subscription: [mine],
      Tags: [{ Key: 'a', Value: 'b' }],
    };
    const read = await reads('AWS::SNS::Topic', arn, properties, {
      GetTopicAttributes: { Attributes: { KmsMasterKeyId: 'key' } },
      ListTagsForResource: { Tags: [...properties.Tags, { Key: 'aws:cloudformation:stack-name', Value: 's' }] },
      ListSubscriptionsByTopic: { Subscriptions: [mine, { Protocol: 'sqs', Endpoint: 'queue' }] },
    });
    expect(read).toEqual(properties);
  });

  test('has the policy that was put on it', async () => {
    const properties = { Topics: [arn], PolicyDocument: { Statement: [{ Effect: 'Deny' }] } };
    const answers = { GetTopicAttributes: { Attributes: { Policy: JSON.stringify(properties.PolicyDocument) } } };
    expect(await reads('AWS::SNS::TopicPolicy', 'policy', properties, answers)).toEqual(properties);
  });

  test('has subscriptions with filters', async () => {
    const properties = { TopicArn: arn, Protocol: 'sqs', Endpoint: 'queue', FilterPolicy: { severity: ['P0'] } };
    const answers = {
      GetSubscriptionAttributes: {
        Attributes: { ...properties, FilterPolicy: JSON.stringify(properties.FilterPolicy) },
      },
    };
    expect(await reads('AWS::SNS::Subscription', 'id', properties, answers)).toEqual(properties);
  });
});
