import { isRecord, listOf } from '../../private/template-values';
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
import { is, isAbsent, isOpaque, isThereWith, isTrue, recordsOf, valueAt } from '../values';
import { RULE_GROUP, WEB_ACL, webRulesOf } from '../web-acl';

const LOGGING = 'AWS::WAFv2::LoggingConfiguration';

/** Headers in which clients prove who they are: whoever reads them in a log is the client. */
const SECRET_HEADERS = ['authorization', 'cookie'] as const;

const METRICS = 'VisibilityConfig.CloudWatchMetricsEnabled';
const SAMPLES = 'VisibilityConfig.SampledRequestsEnabled';

export const rule: Rule = {
  id: 'EDG03',
  title: 'Web ACL logs what it stops without the secrets of clients, and has metrics on every rule',
  severity: 'ERROR',
  resourceTypes: [WEB_ACL, RULE_GROUP],
  controls: ['WAF.12', 'BW.20'],
  techniques: ['AM27'],
  rationale:
    'Without logs nobody knows who attacked, nor whether customers are blocked; without metrics no alarm can tell. With cookies and tokens in it, the log is what an intruder looks for; the samples of the console are another such place, which RedactedFields do not reach.',
  whenNotToUse:
    'A web ACL whose logs Firewall Manager or another app sets up. Acknowledge the finding of the log and name the app. Logs hold addresses of people: keep them as long as you may. Samples may be on or off; where they have to show cookies and tokens to debug, acknowledge the warning for as long.',
  check(resource, context) {
    const rules = webRulesOf(resource).flatMap(({ name, path, properties }) =>
      properties === undefined ? [unverified(path)] : measured(properties, name, `${path}.`, context),
    );
    return [
      ...(resource.type === WEB_ACL ? [...logged(resource, context), ...sampled(resource, context)] : []),
      ...measured(resource.properties, resource.type === WEB_ACL ? 'the web ACL' : 'the group', '', context),
      ...rules,
    ];
  },
};

function measured(properties: Properties, of: string, path: string, context: CheckContext): Finding[] {
  return unless(isTrue(valueAt(properties, METRICS), context), {
    subject: `CloudWatchMetricsEnabled of ${of}`,
    message: `CloudWatchMetricsEnabled of ${of} must be true.`,
    property: `${path}${METRICS}`,
  });
}

/**
 * What is redacted in the log stands in the samples all the same.
 *
 * https://docs.aws.amazon.com/waf/latest/APIReference/API_VisibilityConfig.html
 */
function sampled(webAcl: CheckedResource, context: CheckContext): Finding[] {
  const rules = webRulesOf(webAcl).map(({ properties }) => properties);
  const isSampled = some([webAcl.properties, ...rules].map((each) => each && isTrue(valueAt(each, SAMPLES), context)));
  const protections = recordsOf(valueAt(webAcl.properties, 'DataProtectionConfig.DataProtections'));
  return SECRET_HEADERS.flatMap((header) =>
    unless(some([not(isSampled), ...protections.map((each) => each && protects(each, header, context))]), {
      subject: `samples with ${header}`,
      message: `Samples show the header ${header}, which RedactedFields do not cover: protect it by DataProtectionConfig, or set SampledRequestsEnabled to false everywhere.`,
      property: 'DataProtectionConfig',
      level: 'WARN',
    }),
  );
}

/**
 * Cookies are protected in the samples by their header alone, not each by itself.
 *
 * https://docs.aws.amazon.com/waf/latest/developerguide/data-protection-limitations.html
 */
function protects({ Field: field }: Properties, header: string, context: CheckContext): Verdict {
  const keys = valueAt(field, 'FieldKeys');
  const isNamed = isOpaque(keys) ? undefined : some(listOf(keys).map((key) => is(key, header, context)));
  // Without keys all of the type are meant.
  const isMeant = isAbsent(keys) || listOf(keys).length === 0 || isNamed;
  return every([is(valueAt(field, 'FieldType'), 'SINGLE_HEADER', context), isMeant]);
}

function logged(webAcl: CheckedResource, context: CheckContext): Finding[] {
  // A web ACL has one at most: https://docs.aws.amazon.com/waf/latest/APIReference/API_PutLoggingConfiguration.html
  const [logging] = context.referring(webAcl, LOGGING, 'ResourceArn');
  if (logging === undefined)
    return [{ subject: 'log', message: 'No LoggingConfiguration of this app names the web ACL.' }];
  const { logicalId, properties } = logging;
  const there = context.from(logging);
  const { LogDestinationConfigs: targets, RedactedFields: redacted, LoggingFilter: filter } = properties;
  return [
    ...unless(every([isOpaque(targets) ? undefined : listOf(targets).length > 0, isThereWith(logging, webAcl)]), {
      subject: 'log',
      message: `LoggingConfiguration ${logicalId} must name where the log goes.`,
    }),
    ...SECRET_HEADERS.flatMap((header) =>
      unless(some(recordsOf(redacted).map((field) => field && isHeader(field, header, there))), {
        subject: `header ${header}`,
        message: `RedactedFields of ${logicalId} must name the single header ${header}, which carries what clients prove themselves with.`,
      }),
    ),
    ...unless(isAbsent(filter) || keepsBlocked(filter, there), {
      subject: 'filter',
      message: `LoggingFilter of ${logicalId} must keep every request that was blocked.`,
    }),
  ];
}

function isHeader(field: Properties, header: string, context: CheckContext): Verdict {
  return is(valueAt(field, 'SingleHeader.Name'), header, context);
}

/** The first filter that a request meets decides; those of which it is known that none meets what was blocked are passed over. */
function keepsBlocked(given: unknown, context: CheckContext): Verdict {
  if (isOpaque(given) || !isRecord(given)) return undefined;
  for (const filter of recordsOf(given.Filters)) {
    const meets = filter && meetsBlocked(filter, context);
    if (filter === undefined || meets === undefined) return undefined;
    if (meets) return is(filter.Behavior, 'KEEP', context);
  }
  return not(is(given.DefaultBehavior, 'DROP', context));
}

function meetsBlocked(
  { Conditions: conditions, Requirement: requirement }: Properties,
  context: CheckContext,
): Verdict {
  const verdicts = recordsOf(conditions).map(
    (condition) => condition && is(valueAt(condition, 'ActionCondition.Action'), 'BLOCK', context),
  );
  return requirement === 'MEETS_ALL' ? every(verdicts) : some(verdicts);
}
