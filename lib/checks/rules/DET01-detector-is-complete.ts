import {
  type AdditionalFeature,
  FEATURES,
  type Feature,
  isAvailable,
  PUBLISHING_FREQUENCY,
} from '../../detection/guardduty-features';
import { type CheckContext, every, type Finding, type Properties, type Rule, unless, type Verdict } from '../rule';
import { is, isTrue, recordsOf } from '../values';

export const rule: Rule = {
  id: 'DET01',
  title: 'GuardDuty detector is enabled with every feature and publishes every fifteen minutes',
  severity: 'ERROR',
  resourceTypes: ['AWS::GuardDuty::Detector'],
  controls: ['GuardDuty.1', 'GuardDuty.5', 'GuardDuty.6', 'GuardDuty.8', 'GuardDuty.9', 'GuardDuty.10', 'GuardDuty.11'],
  techniques: ['AM25'],
  rationale:
    'A feature that is off sees nothing, and GuardDuty begins with whatever is not written out. Six hours, its usual interval, are longer than most attacks take.',
  whenNotToUse:
    'A member account whose detector the administrator of an organization sets. Acknowledge the finding of a feature for what does not run in the account, or is watched by something else.',
  check({ properties }, context) {
    return [
      ...unless(isTrue(properties.Enable, context), {
        subject: 'enabled',
        message: 'Enable must be true.',
        property: 'Enable',
      }),
      ...unless(is(properties.FindingPublishingFrequency, PUBLISHING_FREQUENCY, context), {
        subject: 'frequency',
        message: `FindingPublishingFrequency must be ${PUBLISHING_FREQUENCY}; left out, it is SIX_HOURS.`,
        property: 'FindingPublishingFrequency',
      }),
      ...availableIn(FEATURES, context).flatMap((feature) => featureFindings(feature, properties.Features, context)),
    ];
  },
};

/** A Region that only the deployment knows is taken to have everything. */
function availableIn<Any extends Feature | AdditionalFeature>(features: readonly Any[], { region = '' }: CheckContext) {
  return features.filter((feature) => isAvailable(feature, region));
}

function featureFindings(feature: Feature, given: unknown, context: CheckContext): Finding[] {
  const { name, additional = [] } = feature;
  const records = recordsOf(given);
  const parts = named(name, records, context).flatMap((own) => recordsOf(own.AdditionalConfiguration));
  const verdict = isOn(name, records, context);
  return [
    ...unless(verdict, {
      subject: name,
      message: `Features must name ${name} with the status ENABLED.`,
      property: 'Features',
    }),
    // Without the feature there is no part of it to speak of.
    ...(verdict === false ? [] : availableIn(additional, context)).flatMap((part) =>
      unless(verdict && isOn(part.name, parts, context), {
        subject: part.name,
        message: part.byDefault
          ? `${name} must name ${part.name} with the status ENABLED.`
          : `GuardDuty does not install what ${part.name} stands for: ${name} sees only what carries an agent already.`,
        property: 'Features',
        // An agent runs inside of workloads: whoever runs them decides.
        ...(!part.byDefault && { level: 'WARN' as const }),
      }),
    ),
  ];
}

type Records = ReadonlyArray<Properties | undefined>;

function named(name: string, records: Records, context: CheckContext): Properties[] {
  return records.filter((each): each is Properties => is(each?.Name, name, context) === true);
}

/** Which of two that differ GuardDuty takes is documented nowhere, so both have to say so. */
function isOn(name: string, records: Records, context: CheckContext): Verdict {
  const own = named(name, records, context);
  if (own.length > 0) return every(own.map(({ Status: status }) => is(status, 'ENABLED', context)));
  return records.some((each) => each === undefined || is(each.Name, name, context) === undefined) ? undefined : false;
}
