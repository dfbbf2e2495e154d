import { isIntrinsic, isRecord, listOf, textOf } from '../../private/template-values';
import { hasCustomerKey } from '../encryption';
import { type CheckContext, type Finding, type Properties, type Rule, unless, unverified } from '../rule';
import { isTrue, knownValue } from '../values';

/** Stated outright even where CloudTrail has a default: a template is read by people who do not know it. */
const FLAGS = [
  { property: 'IsLogging', subject: 'logging' },
  { property: 'IsMultiRegionTrail', subject: 'multi-Region' },
  { property: 'IncludeGlobalServiceEvents', subject: 'global events' },
  { property: 'EnableLogFileValidation', subject: 'validation' },
] as const;

const TARGETS = [
  { property: 'CloudWatchLogsLogGroupArn', subject: 'log group', what: 'a log group' },
  { property: 'CloudWatchLogsRoleArn', subject: 'log group role', what: 'the role that writes to the log group' },
] as const;

export const rule: Rule = {
  id: 'LOG01',
  title: 'Trail records every Region and global services, validated, encrypted and delivered to a log group',
  severity: 'ERROR',
  resourceTypes: ['AWS::CloudTrail::Trail'],
  controls: ['CloudTrail.1', 'CloudTrail.2', 'CloudTrail.4', 'CloudTrail.5'],
  techniques: ['AM26', 'AM27'],
  rationale:
    'An attacker works in the Region that nobody watches, and deletes what nobody would miss. Alarms read the log group.',
  whenNotToUse:
    'A second trail for one purpose, such as data events of one bucket, beside a complete one. Acknowledge the finding for that trail.',
  check(trail, context) {
    const { properties } = trail;
    const flags = FLAGS.flatMap(({ property, subject }): Finding[] => {
      const on = isTrue(properties[property], context);
      if (on === undefined) return [unverified(property, subject)];
      return on ? [] : [{ subject, message: `${property} must be stated and true.`, property }];
    });
    const targets = TARGETS.flatMap(({ property, subject, what }): Finding[] => {
      const { kind, ...known } = knownValue(properties[property], context);
      if (kind === 'unknown') return [unverified(property, subject)];
      const empty = kind === 'absent' || ('value' in known && known.value === '');
      return empty ? [{ subject, message: `${property} must name ${what}.`, property }] : [];
    });
    const key = unless(hasCustomerKey(trail, context), {
      subject: 'KMS',
      message: 'KMSKeyId must name a customer key.',
      property: 'KMSKeyId',
    });
    return [...flags, ...key, ...targets, ...managementEvents(properties, context)];
  },
};

/** Without selectors of either kind a trail records all management events. */
function managementEvents(properties: Properties, context: CheckContext): Finding[] {
  const { AdvancedEventSelectors: advanced, EventSelectors: basic } = properties;
  const property = advanced === undefined ? 'EventSelectors' : 'AdvancedEventSelectors';
  const selectors = listOf(advanced ?? basic);
  if (selectors.length === 0) return [];
  if (selectors.some((selector) => recordsManagementEvents(selector, advanced !== undefined, context))) return [];
  if (selectors.some(isOpen)) return [unverified(property, 'management events')];
  return [{ subject: 'management events', message: `${property} must record all management events.`, property }];
}

function recordsManagementEvents(selector: unknown, advanced: boolean, context: CheckContext): boolean {
  if (!isRecord(selector) || isIntrinsic(selector)) return false;
  if (advanced) {
    const fields = listOf(selector.FieldSelectors).filter(isRecord);
    const [category] = fields;
    // A second field would leave some of them out.
    return fields.length === 1 && category?.Field === 'eventCategory' && listOf(category.Equals).includes('Management');
  }
  const included = selector.IncludeManagementEvents;
  return (
    (included === undefined || isTrue(included, context) === true) &&
    (selector.ReadWriteType === undefined || textOf(selector.ReadWriteType) === 'All') &&
    listOf(selector.ExcludeManagementEventSources).length === 0
  );
}

/** Whether anything in it is known only at deployment. */
function isOpen(selector: unknown): boolean {
  if (isIntrinsic(selector)) return true;
  if (Array.isArray(selector)) return selector.some(isOpen);
  return isRecord(selector) && Object.values(selector).some(isOpen);
}
