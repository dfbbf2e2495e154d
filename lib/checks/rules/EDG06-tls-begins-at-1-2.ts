import { listOf } from '../../private/template-values';
import { DISTRIBUTION } from '../public-resources';
import {
  type CheckContext,
  type CheckedResource,
  every,
  type Finding,
  not,
  type Properties,
  type Rule,
  some,
  unless,
  unverified,
  type Verdict,
} from '../rule';
import { holds, is, isAbsent, isOpaque, isTrue, recordsOf, valueAt } from '../values';

const LISTENER = 'AWS::ElasticLoadBalancingV2::Listener';
const VPC_ORIGIN = 'AWS::CloudFront::VpcOrigin';
const DOMAIN_NAME = 'AWS::ApiGateway::DomainName';
const DOMAIN_NAME_V2 = 'AWS::ApiGatewayV2::DomainName';

/**
 * Policies say in their names with which version they begin: `ELBSecurityPolicy-TLS13-1-2-Res-PQ-2025-09` takes 1.2 and 1.3.
 *
 * https://docs.aws.amazon.com/elasticloadbalancing/latest/application/describe-ssl-policies.html
 */
const LISTENER_POLICY = /^ELBSecurityPolicy-(TLS13-1-[23]|TLS-1-2|FS-1-2)-/;
const WITH_TLS_1_3 = /^ELBSecurityPolicy-TLS13-/;

/**
 * All of them take 1.3; older ones of 1.2 take ciphers that are broken.
 *
 * https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/secure-connections-supported-viewer-protocols-ciphers.html
 */
const VIEWER_POLICY = /^TLSv1\.(2_2021|2_2025|3_2025)$/;

/**
 * `TLS_1_2` takes 1.3, too. What begins with `SecurityPolicy_TLS12` or `_TLS13` begins at 1.2 or above.
 *
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-security-policies-list.html
 */
const API_POLICY = /^(TLS_1_2|SecurityPolicy_TLS1[23]_.*)$/;

export const rule: Rule = {
  id: 'EDG06',
  title: 'TLS of load balancer, distribution and domain name begins at version 1.2 and goes up to 1.3',
  severity: 'ERROR',
  resourceTypes: [LISTENER, DISTRIBUTION, VPC_ORIGIN, DOMAIN_NAME, DOMAIN_NAME_V2],
  controls: ['ELB.17', 'CloudFront.7', 'CloudFront.10', 'CloudFront.15', 'APIGateway.11'],
  rationale:
    'Who stands between talks both ends down to the oldest version that they take, and breaks that one. A load balancer whose template names no policy still takes TLS 1.0.',
  whenNotToUse:
    'Clients that cannot be replaced and know nothing newer. Acknowledge that listener or domain name, and give them one of their own. A distribution without a domain of its own has no choice: CloudFront takes TLS 1.0 for cloudfront.net.',
  check(resource, context) {
    return CHECKS[resource.type as keyof typeof CHECKS](resource, context);
  },
};

const CHECKS = {
  [LISTENER]: listenerFindings,
  [DISTRIBUTION]: distributionFindings,
  [VPC_ORIGIN]: vpcOriginFindings,
  [DOMAIN_NAME]: domainFindings,
  [DOMAIN_NAME_V2]: domainV2Findings,
} as const;

function listenerFindings({ properties }: CheckedResource, context: CheckContext): Finding[] {
  const { Protocol: protocol, SslPolicy: policy } = properties;
  const isPlain = not(some([is(protocol, 'HTTPS', context), is(protocol, 'TLS', context)]));
  if (isPlain) return [];
  const isNew = holds(policy, context, (name) => LISTENER_POLICY.test(name));
  return [
    ...unless(some([isPlain, isNew]), {
      subject: 'TLS 1.2',
      message: 'SslPolicy must name a policy that begins at TLS 1.2; left out, it is ELBSecurityPolicy-2016-08.',
      property: 'SslPolicy',
    }),
    ...(isNew === true
      ? unless(
          holds(policy, context, (name) => WITH_TLS_1_3.test(name)),
          {
            subject: 'TLS 1.3',
            message: 'SslPolicy names a policy without TLS 1.3.',
            property: 'SslPolicy',
            level: 'WARN',
          },
        )
      : []),
  ];
}

function distributionFindings({ properties }: CheckedResource, context: CheckContext): Finding[] {
  const path = 'DistributionConfig.Origins';
  const origins = valueAt(properties, path);
  return [
    ...certificateFindings(valueAt(properties, 'DistributionConfig.ViewerCertificate'), context),
    ...(isOpaque(origins)
      ? [unverified(path)]
      : recordsOf(origins).flatMap((origin, index) => {
          if (origin === undefined) return [unverified(`${path}.${index}`)];
          const { CustomOriginConfig: custom, Id: id } = origin;
          if (isAbsent(custom)) return [];
          return originFindings(custom, `origin ${String(id)}`, `${path}.${index}.CustomOriginConfig`, context);
        })),
  ];
}

function certificateFindings(certificate: unknown, context: CheckContext): Finding[] {
  const path = 'DistributionConfig.ViewerCertificate';
  const isOwn = isAbsent(certificate)
    ? false
    : not(isTrue(valueAt(certificate, 'CloudFrontDefaultCertificate'), context));
  if (isOwn !== true) {
    return unless(isOwn, {
      subject: 'certificate',
      message:
        'ViewerCertificate must be of an own domain, since with that of cloudfront.net TLS begins at 1.0 whatever is set: give the distribution domainNames and certificate.',
      property: path,
    });
  }
  return unless(
    holds(valueAt(certificate, 'MinimumProtocolVersion'), context, (name) => VIEWER_POLICY.test(name)),
    {
      subject: 'TLS 1.2',
      message: 'MinimumProtocolVersion must be TLSv1.2_2021 or newer.',
      property: `${path}.MinimumProtocolVersion`,
    },
  );
}

function vpcOriginFindings({ properties }: CheckedResource, context: CheckContext): Finding[] {
  const path = 'VpcOriginEndpointConfig';
  return originFindings(properties[path], 'origin', path, context);
}

function originFindings(config: unknown, subject: string, path: string, context: CheckContext): Finding[] {
  const isPlain = is(valueAt(config, 'OriginProtocolPolicy'), 'http-only', context);
  return unless(some([isPlain, isOnlyTls12(valueAt(config, 'OriginSSLProtocols'), context)]), {
    subject,
    message: 'OriginSSLProtocols must be stated and name TLSv1.2 alone.',
    property: `${path}.OriginSSLProtocols`,
  });
}

function isOnlyTls12(protocols: unknown, context: CheckContext): Verdict {
  if (isOpaque(protocols)) return undefined;
  const verdicts = listOf(protocols).map((protocol) => is(protocol, 'TLSv1.2', context));
  return verdicts.length > 0 && every(verdicts);
}

function domainFindings({ properties }: CheckedResource, context: CheckContext): Finding[] {
  return unless(beginsAtTls12(properties, context), {
    subject: 'TLS 1.2',
    message: 'SecurityPolicy must be stated and begin at TLS 1.2: TLS_1_2, or SecurityPolicy_TLS13_…',
    property: 'SecurityPolicy',
  });
}

/**
 * HTTP and WebSocket APIs take nothing below 1.2 where nothing is said.
 *
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-ciphers.html
 */
function domainV2Findings({ properties: { DomainNameConfigurations: given } }: CheckedResource, context: CheckContext) {
  return recordsOf(given).flatMap((configuration, index) => {
    const property = `DomainNameConfigurations.${index}.SecurityPolicy`;
    if (configuration === undefined) return [unverified(property)];
    return unless(isAbsent(configuration.SecurityPolicy) || beginsAtTls12(configuration, context), {
      subject: 'TLS 1.2',
      message: 'SecurityPolicy must begin at TLS 1.2: TLS_1_2, or left out.',
      property,
    });
  });
}

function beginsAtTls12({ SecurityPolicy: policy }: Properties, context: CheckContext): Verdict {
  return holds(policy, context, (name) => API_POLICY.test(name));
}
