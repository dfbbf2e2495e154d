import { aws_elasticloadbalancingv2 as elbv2 } from 'aws-cdk-lib';
import { GIVEN, judgedBy } from '../judge';

const judge = judgedBy('EDG06');
const listener = (SslPolicy: unknown, Protocol: unknown = 'HTTPS') =>
  judge({ L: { Type: 'AWS::ElasticLoadBalancingV2::Listener', Properties: { Protocol, SslPolicy } } });

/** Those of the policies that the CDK knows which begin below TLS 1.2, or do not know 1.3. */
const OLD = [
  'ELBSecurityPolicy-2016-08',
  'ELBSecurityPolicy-TLS13-1-0-2021-06',
  'ELBSecurityPolicy-TLS13-1-1-2021-06',
  'ELBSecurityPolicy-TLS13-1-0-PQ-2025-09',
  'ELBSecurityPolicy-TLS13-1-1-FIPS-2023-04',
  'ELBSecurityPolicy-TLS13-1-0-FIPS-2023-04',
  'ELBSecurityPolicy-TLS13-1-0-FIPS-PQ-2025-09',
  'ELBSecurityPolicy-FS-1-1-2019-08',
  'ELBSecurityPolicy-FS-2018-06',
  'ELBSecurityPolicy-TLS-1-1-2017-01',
  'ELBSecurityPolicy-TLS-1-0-2015-04',
];
const WITHOUT_TLS_1_3 = [
  'ELBSecurityPolicy-FS-1-2-Res-2020-10',
  'ELBSecurityPolicy-FS-1-2-Res-2019-08',
  'ELBSecurityPolicy-FS-1-2-2019-08',
  'ELBSecurityPolicy-TLS-1-2-2017-01',
  'ELBSecurityPolicy-TLS-1-2-Ext-2018-06',
];

test('every policy that the CDK knows for a listener is judged by what it takes', () => {
  const verdicts = Object.values(elbv2.SslPolicy).map((policy) => [policy, ...listener(policy)]);
  const expected = Object.values(elbv2.SslPolicy).map((policy) => {
    if (OLD.includes(policy)) return [policy, 'error EDG06[TLS 1.2]'];
    return WITHOUT_TLS_1_3.includes(policy) ? [policy, 'warning EDG06[TLS 1.3]'] : [policy];
  });
  expect(verdicts).toEqual(expected);
});

test.each<[string, unknown, unknown]>([
  ['speaks TLS', 'ELBSecurityPolicy-TLS13-1-2-Res-PQ-2025-09', 'TLS'],
  ['speaks HTTP', undefined, 'HTTP'],
  ['passes TCP on', undefined, 'TCP'],
  ['keeps to RFC 9151', 'ELBSecurityPolicy-TLS13-1-3-RFC9151-FIPS-2023-07', 'HTTPS'],
])('a listener is compliant that %s', (_name, policy, protocol) => {
  expect(listener(policy, protocol)).toEqual([]);
});

test.each<[string, unknown, unknown]>([
  ['names none', undefined, 'HTTPS'],
  ['names none for TLS', undefined, 'TLS'],
  ['names one that nobody knows', 'ELBSecurityPolicy-New', 'HTTPS'],
])('a policy is found where a listener %s', (_name, policy, protocol) => {
  expect(listener(policy, protocol)).toEqual(['error EDG06[TLS 1.2]']);
});

test.each<[string, unknown, unknown]>([
  ['a policy', GIVEN, 'HTTPS'],
  ['a protocol', undefined, GIVEN],
])('%s of a listener that only the deployment knows is a warning', (_name, policy, protocol) => {
  expect(listener(policy, protocol)).toEqual(['warning EDG06[TLS 1.2 unverified]']);
});

const CERTIFICATE = {
  AcmCertificateArn: 'arn:aws:acm:us-east-1:1:certificate/a',
  MinimumProtocolVersion: 'TLSv1.2_2021',
};
const CUSTOM = { OriginProtocolPolicy: 'https-only', OriginSSLProtocols: ['TLSv1.2'] };
const distribution = (ViewerCertificate: unknown, custom: unknown = CUSTOM) =>
  judge({
    D: {
      Type: 'AWS::CloudFront::Distribution',
      Properties: { DistributionConfig: { ViewerCertificate, Origins: [{ Id: 'a', CustomOriginConfig: custom }] } },
    },
  });

test.each<[string, unknown, unknown?]>([
  ['begins at 1.2', CERTIFICATE],
  ['begins at 1.2, by the newer policy', { ...CERTIFICATE, MinimumProtocolVersion: 'TLSv1.2_2025' }],
  ['begins at 1.3', { ...CERTIFICATE, MinimumProtocolVersion: 'TLSv1.3_2025' }],
  ['has a bucket for origin', CERTIFICATE, null],
  ['speaks no TLS to its origin', CERTIFICATE, { OriginProtocolPolicy: 'http-only' }],
])('a distribution is compliant that %s', (_name, certificate, custom = CUSTOM) => {
  expect(distribution(certificate, custom)).toEqual([]);
});

test.each<[string, unknown, unknown, string]>([
  ['has no certificate', undefined, CUSTOM, 'certificate'],
  ['has that of cloudfront.net', { ...CERTIFICATE, CloudFrontDefaultCertificate: true }, CUSTOM, 'certificate'],
  ['names no version', { ...CERTIFICATE, MinimumProtocolVersion: undefined }, CUSTOM, 'TLS 1.2'],
  ['begins at 1.1', { ...CERTIFICATE, MinimumProtocolVersion: 'TLSv1.1_2016' }, CUSTOM, 'TLS 1.2'],
  ['takes broken ciphers', { ...CERTIFICATE, MinimumProtocolVersion: 'TLSv1.2_2019' }, CUSTOM, 'TLS 1.2'],
  ['offers more to its origin', CERTIFICATE, { ...CUSTOM, OriginSSLProtocols: ['TLSv1.2', 'TLSv1.1'] }, 'origin a'],
  ['does not say what it offers', CERTIFICATE, { OriginProtocolPolicy: 'match-viewer' }, 'origin a'],
])('a distribution is found that %s', (_name, certificate, custom, subject) => {
  expect(distribution(certificate, custom)).toEqual([`error EDG06[${subject}]`]);
});

test.each<[string, unknown, unknown, string]>([
  ['a certificate', GIVEN, CUSTOM, 'certificate'],
  ['whose a certificate is', { ...CERTIFICATE, CloudFrontDefaultCertificate: GIVEN }, CUSTOM, 'certificate'],
  ['a version', { ...CERTIFICATE, MinimumProtocolVersion: GIVEN }, CUSTOM, 'TLS 1.2'],
  ['what is offered to an origin', CERTIFICATE, { ...CUSTOM, OriginSSLProtocols: GIVEN }, 'origin a'],
  ['an origin', CERTIFICATE, GIVEN, 'origin a'],
])('%s that only the deployment knows is a warning', (_name, certificate, custom, subject) => {
  expect(distribution(certificate, custom)).toEqual([`warning EDG06[${subject} unverified]`]);
});

test.each<[string, unknown, string]>([
  ['the origins', GIVEN, 'DistributionConfig.Origins'],
  ['an origin', [GIVEN], 'DistributionConfig.Origins.0'],
])('%s as a whole that only the deployment knows is a warning', (_name, Origins, subject) => {
  const DistributionConfig = { ViewerCertificate: CERTIFICATE, Origins };
  expect(judge({ D: { Type: 'AWS::CloudFront::Distribution', Properties: { DistributionConfig } } })).toEqual([
    `warning EDG06[${subject} unverified]`,
  ]);
});

test.each<[string, unknown, string[]]>([
  ['TLS 1.2 alone', CUSTOM, []],
  ['TLS 1.1 too', { ...CUSTOM, OriginSSLProtocols: ['TLSv1.1', 'TLSv1.2'] }, ['error EDG06[origin]']],
  ['nobody knows what', { OriginProtocolPolicy: 'https-only' }, ['error EDG06[origin]']],
  ['what only the deployment knows', GIVEN, ['warning EDG06[origin unverified]']],
])('to a VPC origin is offered %s', (_name, VpcOriginEndpointConfig, expected) => {
  expect(judge({ O: { Type: 'AWS::CloudFront::VpcOrigin', Properties: { VpcOriginEndpointConfig } } })).toEqual(
    expected,
  );
});

const FOUND = ['error EDG06[TLS 1.2]'];
const OPEN = ['warning EDG06[TLS 1.2 unverified]'];

test.each<[unknown, string[], string[]]>([
  ['TLS_1_2', [], []],
  ['SecurityPolicy_TLS13_1_3_2025_09', [], []],
  ['SecurityPolicy_TLS13_1_2_PFS_PQ_2025_09', [], []],
  ['SecurityPolicy_TLS12_2018_EDGE', [], []],
  ['TLS_1_0', FOUND, FOUND],
  [undefined, FOUND, []],
  [GIVEN, OPEN, OPEN],
])('a domain name with the policy %j', (SecurityPolicy, rest, http) => {
  expect(judge({ N: { Type: 'AWS::ApiGateway::DomainName', Properties: { SecurityPolicy } } })).toEqual(rest);
  const DomainNameConfigurations = [{ SecurityPolicy }];
  expect(judge({ N: { Type: 'AWS::ApiGatewayV2::DomainName', Properties: { DomainNameConfigurations } } })).toEqual(
    http,
  );
});

test('configurations of a domain name that only the deployment knows are a warning', () => {
  const Properties = { DomainNameConfigurations: GIVEN };
  expect(judge({ N: { Type: 'AWS::ApiGatewayV2::DomainName', Properties } })).toEqual([
    'warning EDG06[DomainNameConfigurations.0.SecurityPolicy unverified]',
  ]);
});
