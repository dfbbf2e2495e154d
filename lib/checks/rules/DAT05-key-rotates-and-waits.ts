import { type CheckContext, type CheckedResource, every, type Finding, type Rule, unless, type Verdict } from '../rule';
import { is, isNumber, isTrue, knownValue } from '../values';

const KEY = 'AWS::KMS::Key';

const LONGEST_PERIOD_DAYS = 365;

/** The longest that KMS waits. */
const WINDOW_DAYS = 30;

export const rule: Rule = {
  id: 'DAT05',
  title: 'Key rotates every year, and waits 30 days before it is deleted',
  severity: 'ERROR',
  resourceTypes: [KEY, 'AWS::KMS::ReplicaKey'],
  controls: ['KMS.4'],
  techniques: ['AM42'],
  rationale:
    'A key that is never changed makes one leak the leak of everything. A key that is deleted takes along what it encrypted, and the days before are the only ones in which somebody can say no.',
  whenNotToUse:
    'A key of a short-lived test stack: acknowledge the finding of the window. Asymmetric, HMAC and imported keys cannot be rotated by KMS and are not asked for it.',
  check(key, context) {
    return [
      ...(key.type === KEY ? rotation(key, context) : []),
      ...unless(
        orDefault(key.properties.PendingWindowInDays, context, (days) => days === WINDOW_DAYS),
        {
          subject: 'pending window',
          message: `PendingWindowInDays must be ${WINDOW_DAYS}, as it is when left out.`,
          property: 'PendingWindowInDays',
        },
      ),
    ];
  },
};

function rotation({ properties }: CheckedResource, context: CheckContext): Finding[] {
  const isRotatable = every([
    isOrAbsent(properties.KeySpec, 'SYMMETRIC_DEFAULT', context),
    isOrAbsent(properties.KeyUsage, 'ENCRYPT_DECRYPT', context),
    isOrAbsent(properties.Origin, 'AWS_KMS', context),
  ]);
  if (isRotatable === false) return [];
  const rotates = isTrue(properties.EnableKeyRotation, context);
  const findings = unless(rotates === false && isRotatable === undefined ? undefined : rotates, {
    subject: 'rotation',
    message: 'EnableKeyRotation must be stated and true.',
    property: 'EnableKeyRotation',
  });
  // What does not rotate has no period.
  if (rotates === false) return findings;
  return [
    ...findings,
    ...unless(
      orDefault(properties.RotationPeriodInDays, context, (days) => days <= LONGEST_PERIOD_DAYS),
      {
        subject: 'rotation period',
        message: `RotationPeriodInDays must be at most ${LONGEST_PERIOD_DAYS}, as it is when left out.`,
        property: 'RotationPeriodInDays',
      },
    ),
  ];
}

function isOrAbsent(value: unknown, text: string, context: CheckContext): Verdict {
  return knownValue(value, context).kind === 'absent' || is(value, text, context);
}

function orDefault(value: unknown, context: CheckContext, test: (days: number) => boolean): Verdict {
  return knownValue(value, context).kind === 'absent' || isNumber(value, context, test);
}
