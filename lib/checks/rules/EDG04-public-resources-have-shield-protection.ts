import { listOf } from '../../private/template-values';
import {
  ACCELERATOR,
  DISTRIBUTION,
  ELASTIC_IP,
  HOSTED_ZONE,
  isPublicResource,
  LOAD_BALANCER,
} from '../public-resources';
import { type CheckContext, type CheckedResource, every, type Finding, not, type Rule, some, unless } from '../rule';
import { is, isOpaque, isThereWith, valueAt } from '../values';
import { says } from '../web-acl';

const PROTECTION = 'AWS::Shield::Protection';

const AUTOMATIC_RESPONSE = 'ApplicationLayerAutomaticResponseConfiguration';

/** What Shield Advanced answers for in the application layer. */
const WITH_AUTOMATIC_RESPONSE: readonly string[] = [LOAD_BALANCER, DISTRIBUTION];

export const rule: Rule = {
  id: 'EDG04',
  title:
    'Where Shield Advanced is used, every public resource has a protection that knows its health and answers floods',
  severity: 'ERROR',
  resourceTypes: [LOAD_BALANCER, DISTRIBUTION, ELASTIC_IP, ACCELERATOR, HOSTED_ZONE],
  controls: ['BW.21'],
  rationale:
    'The subscription protects nothing by itself, and attackers take the door that was left out. Without a health check Shield cannot tell a flood from a good day; without the automatic response somebody has to write rules at night.',
  whenNotToUse:
    'Apps without any protection are not judged, since the subscription costs more than most of them. Acknowledge the finding of what may go down, or of what Firewall Manager protects.',
  check(resource, context) {
    if (context.all(PROTECTION).length === 0) return [];
    const isPublic = isPublicResource(resource, context);
    if (isPublic === false) return [];
    const [protection] = context.referring(resource, PROTECTION, 'ResourceArn');
    const isThere = protection !== undefined && isThereWith(protection, resource);
    return [
      ...unless(some([not(isPublic), isThere]), {
        subject: 'protection',
        message: 'No AWS::Shield::Protection of this app names it.',
      }),
      ...(protection === undefined ? [] : shortcomings(protection, resource, context.from(protection))),
    ];
  },
};

function shortcomings(protection: CheckedResource, { type }: CheckedResource, context: CheckContext): Finding[] {
  const { logicalId, properties } = protection;
  const { HealthCheckArns: healthChecks, [AUTOMATIC_RESPONSE]: response } = properties;
  const action = valueAt(response, 'Action');
  return [
    // Shield takes no health check for a hosted zone.
    // https://docs.aws.amazon.com/waf/latest/developerguide/ddos-advanced-health-checks.html
    ...(type === HOSTED_ZONE
      ? []
      : unless(isOpaque(healthChecks) ? undefined : listOf(healthChecks).length > 0, {
          subject: 'health check',
          message: `HealthCheckArns of protection ${logicalId} must name a health check.`,
        })),
    ...(WITH_AUTOMATIC_RESPONSE.includes(type)
      ? unless(
          every([
            is(valueAt(response, 'Status'), 'ENABLED', context),
            some([says('Block', action), says('Count', action)]),
          ]),
          {
            subject: 'automatic response',
            message: `${AUTOMATIC_RESPONSE} of protection ${logicalId} must be ENABLED with an action.`,
          },
        )
      : []),
  ];
}
