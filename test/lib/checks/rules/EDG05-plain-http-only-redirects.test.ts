import { GIVEN, judgedBy } from '../judge';

const judge = judgedBy('EDG05');
const redirect = (Protocol: unknown) => ({ Type: 'redirect', RedirectConfig: { Protocol, StatusCode: 'HTTP_301' } });
const FORWARD = { Type: 'forward', TargetGroupArn: 'arn:aws:elasticloadbalancing:eu:1:targetgroup/a/b' };
const PLAIN = { Protocol: 'HTTP', DefaultActions: [redirect('HTTPS')] };
const listener = (Properties: Record<string, unknown>, Actions?: unknown) =>
  judge({
    L: { Type: 'AWS::ElasticLoadBalancingV2::Listener', Properties },
    ...(Actions !== undefined && {
      Rule: {
        Type: 'AWS::ElasticLoadBalancingV2::ListenerRule',
        Properties: { ListenerArn: { Ref: 'L' }, Actions },
      },
    }),
  });
const distribution = (byDefault: unknown, ...others: unknown[]) =>
  judge({
    D: {
      Type: 'AWS::CloudFront::Distribution',
      Properties: {
        DistributionConfig: {
          DefaultCacheBehavior: { ViewerProtocolPolicy: byDefault },
          CacheBehaviors: others.map((ViewerProtocolPolicy, index) => ({
            PathPattern: `/p${index}`,
            ViewerProtocolPolicy,
          })),
        },
      },
    },
  });

test.each<[string, Record<string, unknown>, unknown?]>([
  ['speaks HTTPS', { Protocol: 'HTTPS', DefaultActions: [FORWARD] }, [FORWARD]],
  ['speaks TLS', { Protocol: 'TLS', DefaultActions: [FORWARD] }],
  ['passes TCP on', { Protocol: 'TCP', DefaultActions: [FORWARD] }],
  ['belongs to a gateway load balancer', { DefaultActions: [FORWARD] }],
  ['redirects', PLAIN],
  ['redirects by a rule too', PLAIN, [redirect('HTTPS')]],
])('a listener is compliant that %s', (_name, given, actions = undefined) => {
  expect(listener(given, actions)).toEqual([]);
});

test.each<[string, Record<string, unknown>]>([
  ['forwards', { ...PLAIN, DefaultActions: [FORWARD] }],
  ['answers', { ...PLAIN, DefaultActions: [{ Type: 'fixed-response' }] }],
  ['redirects to HTTP', { ...PLAIN, DefaultActions: [redirect('HTTP')] }],
  ['redirects to where it came from', { ...PLAIN, DefaultActions: [redirect(undefined)] }],
  ['forwards besides', { ...PLAIN, DefaultActions: [redirect('HTTPS'), FORWARD] }],
  ['does nothing', { ...PLAIN, DefaultActions: [] }],
])('a listener for HTTP is found that %s', (_name, given) => {
  expect(listener(given)).toEqual(['error EDG05[plain HTTP]']);
});

test('a rule that forwards what came over HTTP is found', () => {
  expect(listener(PLAIN, [FORWARD])).toEqual(['error EDG05[plain HTTP by Rule]']);
});

test.each<[string, Record<string, unknown>, unknown, string]>([
  ['a protocol', { Protocol: GIVEN, DefaultActions: [FORWARD] }, undefined, 'plain HTTP'],
  ['the actions', { ...PLAIN, DefaultActions: GIVEN }, undefined, 'plain HTTP'],
  ['where a redirect leads', { ...PLAIN, DefaultActions: [redirect(GIVEN)] }, undefined, 'plain HTTP'],
  ['the actions of a rule', PLAIN, GIVEN, 'plain HTTP by Rule'],
])('%s of a listener that only the deployment knows is a warning', (_name, given, actions, subject) => {
  expect(listener(given, actions)).toEqual([`warning EDG05[${subject} unverified]`]);
});

test('a distribution is compliant that redirects or refuses', () => {
  expect(distribution('redirect-to-https', 'https-only', 'redirect-to-https')).toEqual([]);
});

test.each<[string, unknown[], string]>([
  ['by default', ['allow-all'], 'default'],
  ['by default, where nothing is said', [undefined], 'default'],
  ['on a path', ['https-only', 'https-only', 'allow-all'], '/p1'],
])('a distribution is found that serves over HTTP %s', (_name, [byDefault, ...others], subject) => {
  expect(distribution(byDefault, ...others)).toEqual([`error EDG05[behavior ${subject}]`]);
});

test('a policy that only the deployment knows is a warning', () => {
  expect(distribution(GIVEN, GIVEN)).toEqual([
    'warning EDG05[behavior /p0 unverified]',
    'warning EDG05[behavior default unverified]',
  ]);
});

test.each<[string, unknown, string]>([
  ['behaviors', GIVEN, 'DistributionConfig.CacheBehaviors'],
  ['a behavior', [GIVEN], 'DistributionConfig.CacheBehaviors.0'],
])('%s that only the deployment knows are a warning', (_name, CacheBehaviors, subject) => {
  const DistributionConfig = { DefaultCacheBehavior: { ViewerProtocolPolicy: 'https-only' }, CacheBehaviors };
  expect(judge({ D: { Type: 'AWS::CloudFront::Distribution', Properties: { DistributionConfig } } })).toEqual([
    `warning EDG05[${subject} unverified]`,
  ]);
});
