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
import { is, isOpaque, recordsOf, valueAt } from '../values';

const LISTENER = 'AWS::ElasticLoadBalancingV2::Listener';

const BEHAVIORS = 'DistributionConfig.CacheBehaviors';
const DEFAULT_BEHAVIOR = 'DistributionConfig.DefaultCacheBehavior';

export const rule: Rule = {
  id: 'EDG05',
  title: 'Load balancer and distribution serve over HTTPS only, and redirect plain HTTP',
  severity: 'ERROR',
  resourceTypes: [LISTENER, DISTRIBUTION],
  controls: ['ELB.1', 'ELB.18', 'CloudFront.3'],
  rationale:
    'Who stands between reads passwords and cookies, and writes into pages what they like. A single page over plain HTTP is enough.',
  whenNotToUse:
    'An internal load balancer behind something that encrypts by itself, or devices that know no HTTPS. Acknowledge that listener. Listeners of a network load balancer that pass TCP on are not judged: what is inside, the load balancer does not see.',
  check(resource, context) {
    return resource.type === LISTENER ? listenerFindings(resource, context) : distributionFindings(resource, context);
  },
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

function distributionFindings({ properties }: CheckedResource, context: CheckContext): Finding[] {
  const behaviors = valueAt(properties, BEHAVIORS);
  return [
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
