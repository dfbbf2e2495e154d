import { flatten } from '../../private/template-values';
import { isWebsite } from '../origins';
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
import { is, isAbsent, isOpaque, recordsOf, valueAt } from '../values';

const LISTENER = 'AWS::ElasticLoadBalancingV2::Listener';
const CLASSIC = 'AWS::ElasticLoadBalancing::LoadBalancer';
const VPC_ORIGIN = 'AWS::CloudFront::VpcOrigin';

const BEHAVIORS = 'DistributionConfig.CacheBehaviors';
const DEFAULT_BEHAVIOR = 'DistributionConfig.DefaultCacheBehavior';
const ORIGINS = 'DistributionConfig.Origins';

const CHECKS = {
  [LISTENER]: listenerFindings,
  [CLASSIC]: classicFindings,
  [DISTRIBUTION]: distributionFindings,
  [VPC_ORIGIN]: vpcOriginFindings,
} as const;

export const rule: Rule = {
  id: 'EDG05',
  title: 'Load balancer and distribution serve over HTTPS only, redirect plain HTTP, and reach origins over HTTPS',
  severity: 'ERROR',
  resourceTypes: [LISTENER, CLASSIC, DISTRIBUTION, VPC_ORIGIN],
  controls: ['ELB.1', 'ELB.3', 'ELB.18', 'CloudFront.3', 'CloudFront.9'],
  rationale:
    'Who stands between reads passwords and cookies, and writes into pages what they like. A single page over plain HTTP is enough, and so is the way from the edge to the origin, which crosses the Internet.',
  whenNotToUse:
    'An internal load balancer behind something that encrypts by itself, or devices that know no HTTPS. Acknowledge that listener. An origin of somebody else without HTTPS: acknowledge that origin, and send no secrets to it. Listeners of a network load balancer that pass TCP on are not judged: what is inside, the load balancer does not see; those of a classic one are, since it can neither redirect nor tell.',
  check: (resource, context) => CHECKS[resource.type as keyof typeof CHECKS](resource, context),
};

function listenerFindings(listener: CheckedResource, context: CheckContext): Finding[] {
  const { Protocol: protocol, DefaultActions: actions } = listener.properties;
  const isPlain = is(protocol, 'HTTP', context);
  if (isPlain === false) return [];
  const rules = context.referring(listener, 'AWS::ElasticLoadBalancingV2::ListenerRule', 'ListenerArn');
  return [
    ...unless(some([not(isPlain), redirects(actions, context)]), {
      subject: 'plain HTTP',
      message: 'A listener for HTTP must do nothing but redirect to HTTPS.',
      property: 'DefaultActions',
    }),
    ...rules.flatMap((each) =>
      unless(some([not(isPlain), redirects(each.properties.Actions, context.from(each))]), {
        subject: `plain HTTP by ${each.logicalId}`,
        message: `Rule ${each.logicalId} of a listener for HTTP must do nothing but redirect to HTTPS.`,
      }),
    ),
  ];
}

function redirects(actions: unknown, context: CheckContext): Verdict {
  const verdicts = recordsOf(actions).map(
    (action) =>
      action &&
      every([
        is(action.Type, 'redirect', context),
        // Left out, the redirect leads to HTTP again.
        is(valueAt(action, 'RedirectConfig.Protocol'), 'HTTPS', context),
      ]),
  );
  return verdicts.length > 0 && every(verdicts);
}

/** A classic load balancer says nothing where it faces the Internet. */
function classicFindings({ properties }: CheckedResource, context: CheckContext): Finding[] {
  const { Scheme: scheme, Listeners: listeners } = properties;
  const isInternal = isAbsent(scheme) ? false : not(is(scheme, 'internet-facing', context));
  if (isInternal === true) return [];
  return recordsOf(listeners).flatMap((listener, index) => {
    const path = isOpaque(listeners) ? 'Listeners' : `Listeners.${index}`;
    if (listener === undefined) return [unverified(path)];
    const { Protocol: protocol, LoadBalancerPort: port } = listener;
    return unless(some([isInternal, is(protocol, 'HTTPS', context), is(protocol, 'SSL', context)]), {
      subject: `listener ${flatten(port)}`,
      message: `The listener on port ${flatten(port)} must speak HTTPS or SSL: give it a certificate, or write the load balancer anew as an application load balancer.`,
      property: `${path}.Protocol`,
    });
  });
}

function distributionFindings({ properties }: CheckedResource, context: CheckContext): Finding[] {
  const behaviors = valueAt(properties, BEHAVIORS);
  const origins = valueAt(properties, ORIGINS);
  return [
    ...recordsOf(origins).flatMap((origin, index) => {
      const path = isOpaque(origins) ? ORIGINS : `${ORIGINS}.${index}`;
      return origin === undefined ? [unverified(path)] : originFindings(origin, path, context);
    }),
    ...behaviorFindings(valueAt(properties, DEFAULT_BEHAVIOR), 'default', DEFAULT_BEHAVIOR, context),
    ...(isOpaque(behaviors)
      ? [unverified(BEHAVIORS)]
      : recordsOf(behaviors).flatMap((behavior, index) => {
          const path = `${BEHAVIORS}.${index}`;
          if (behavior === undefined) return [unverified(path)];
          return behaviorFindings(behavior, nameOf(behavior, index), path, context);
        })),
  ];
}

function nameOf({ PathPattern: pattern }: Properties, index: number): string {
  return typeof pattern === 'string' ? pattern : String(index);
}

function behaviorFindings(behavior: unknown, name: string, path: string, context: CheckContext): Finding[] {
  const policy = valueAt(behavior, 'ViewerProtocolPolicy');
  return unless(some([is(policy, 'redirect-to-https', context), is(policy, 'https-only', context)]), {
    subject: `behavior ${name}`,
    message: `ViewerProtocolPolicy of the ${name} behavior must be redirect-to-https or https-only.`,
    property: `${path}.ViewerProtocolPolicy`,
  });
}

function originFindings(origin: Properties, path: string, context: CheckContext): Finding[] {
  const { CustomOriginConfig: custom, DomainName: domain, Id: id } = origin;
  if (isAbsent(custom)) return [];
  const subject = `origin ${String(id)}`;
  const property = `${path}.CustomOriginConfig.OriginProtocolPolicy`;
  const isHttps = is(valueAt(custom, 'OriginProtocolPolicy'), 'https-only', context);
  if (!isWebsite(domain)) {
    return unless(isHttps, { subject, message: `OriginProtocolPolicy of ${subject} must be https-only.`, property });
  }
  // https://docs.aws.amazon.com/AmazonS3/latest/userguide/WebsiteEndpoints.html
  return unless(isHttps, {
    subject,
    message: `${subject} is a website of S3, which knows no HTTPS: name the bucket itself, with an origin access control.`,
    property,
    level: 'WARN',
  });
}

/** What goes to a VPC origin does not cross the Internet. */
function vpcOriginFindings({ properties }: CheckedResource, context: CheckContext): Finding[] {
  const property = 'VpcOriginEndpointConfig.OriginProtocolPolicy';
  return unless(is(valueAt(properties, property), 'https-only', context), {
    subject: 'VPC origin',
    message: 'OriginProtocolPolicy of the VPC origin must be https-only; left out, it is match-viewer.',
    property,
    level: 'WARN',
  });
}
