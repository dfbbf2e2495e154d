import { GIVEN, judgedBy, type Resources, sub } from '../judge';

const judge = judgedBy('EDG04');
const TYPES = {
  balancer: 'AWS::ElasticLoadBalancingV2::LoadBalancer',
  distribution: 'AWS::CloudFront::Distribution',
  address: 'AWS::EC2::EIP',
  accelerator: 'AWS::GlobalAccelerator::Accelerator',
  zone: 'AWS::Route53::HostedZone',
} as const;
type Kind = keyof typeof TYPES;
const KINDS = Object.keys(TYPES) as Kind[];
const ARNS: Record<Kind, unknown> = {
  balancer: { Ref: 'R' },
  distribution: sub('arn:<AWS::Partition>:cloudfront::<AWS::AccountId>:distribution/<R>'),
  address: sub('arn:<AWS::Partition>:ec2:<AWS::Region>:<AWS::AccountId>:eip-allocation/<R.AllocationId>'),
  accelerator: { Ref: 'R' },
  zone: sub('arn:<AWS::Partition>:route53:::hostedzone/<R>'),
};
const RESPONSE = 'ApplicationLayerAutomaticResponseConfiguration';
const COMPLETE = {
  Name: 'p',
  HealthCheckArns: ['arn:aws:route53:::healthcheck/1'],
  [RESPONSE]: { Status: 'ENABLED', Action: { Block: {} } },
};
const resource = (kind: Kind, Properties: Record<string, unknown> = {}) => ({ R: { Type: TYPES[kind], Properties } });
const protection = (kind: Kind, change: Record<string, unknown> = {}, Condition?: string) => ({
  Protection: {
    Type: 'AWS::Shield::Protection',
    Properties: { ResourceArn: ARNS[kind], ...COMPLETE, ...change },
    ...(Condition !== undefined && { Condition }),
  },
});
/** Stands for something that is protected elsewhere in the app. */
const USED: Resources = {
  Used: { Type: 'AWS::Shield::Protection', Properties: { ...COMPLETE, ResourceArn: 'arn:aws:route53:::hostedzone/Z' } },
};

describe.each(KINDS)('%s', (kind) => {
  test('is not judged where nothing is protected', () => {
    expect(judge(resource(kind))).toEqual([]);
  });

  test('is found without a protection', () => {
    expect(judge({ ...resource(kind), ...USED })).toEqual(['error EDG04[protection]']);
  });

  test('is compliant with a protection that has everything', () => {
    expect(judge({ ...resource(kind), ...protection(kind) })).toEqual([]);
  });

  test('needs a health check, but for a zone', () => {
    const expected = kind === 'zone' ? [] : ['error EDG04[health check]'];
    expect(judge({ ...resource(kind), ...protection(kind, { HealthCheckArns: undefined }) })).toEqual(expected);
    expect(judge({ ...resource(kind), ...protection(kind, { HealthCheckArns: [] }) })).toEqual(expected);
  });

  test('needs an automatic response where there is an application layer', () => {
    const expected = kind === 'balancer' || kind === 'distribution' ? ['error EDG04[automatic response]'] : [];
    expect(judge({ ...resource(kind), ...protection(kind, { [RESPONSE]: undefined }) })).toEqual(expected);
    const off = { [RESPONSE]: { Status: 'DISABLED', Action: { Block: {} } } };
    expect(judge({ ...resource(kind), ...protection(kind, off) })).toEqual(expected);
    expect(judge({ ...resource(kind), ...protection(kind, { [RESPONSE]: { Status: 'ENABLED' } }) })).toEqual(expected);
  });
});

test('a response that counts is one', () => {
  const counting = { [RESPONSE]: { Status: 'ENABLED', Action: { Count: {} } } };
  expect(judge({ ...resource('balancer'), ...protection('balancer', counting) })).toEqual([]);
});

test.each<[string, Resources]>([
  ['an internal load balancer', resource('balancer', { Scheme: 'internal' })],
  ['a network load balancer, whose addresses are protected', resource('balancer', { Type: 'network' })],
  [
    'the address of a NAT gateway',
    {
      ...resource('address'),
      Nat: { Type: 'AWS::EC2::NatGateway', Properties: { AllocationId: { 'Fn::GetAtt': ['R', 'AllocationId'] } } },
    },
  ],
  ['an accelerator that is off', resource('accelerator', { Enabled: false })],
  ['a private zone', resource('zone', { VPCs: [{ VPCId: 'vpc-1', VPCRegion: 'eu-central-1' }] })],
])('not judged: %s', (_name, resources) => {
  expect(judge({ ...resources, ...USED })).toEqual([]);
});

test.each<[string, Resources, string]>([
  ['a protection', { ...resource('balancer'), ...protection('balancer', {}, 'Sometimes') }, 'protection'],
  ['a scheme', { ...resource('balancer', { Scheme: GIVEN }), ...USED }, 'protection'],
  ['networks of a zone', { ...resource('zone', { VPCs: GIVEN }), ...USED }, 'protection'],
  ['health checks', { ...resource('address'), ...protection('address', { HealthCheckArns: GIVEN }) }, 'health check'],
  ['a response', { ...resource('balancer'), ...protection('balancer', { [RESPONSE]: GIVEN }) }, 'automatic response'],
  [
    'a status',
    {
      ...resource('balancer'),
      ...protection('balancer', { [RESPONSE]: { Status: GIVEN, Action: { Block: {} } } }),
    },
    'automatic response',
  ],
])('%s that only the deployment knows is a warning', (_name, resources, subject) => {
  expect(judge(resources)).toEqual([`warning EDG04[${subject} unverified]`]);
});
