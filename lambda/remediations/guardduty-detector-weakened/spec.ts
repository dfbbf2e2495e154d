import { defineRemediation, never } from '../../runtime/spec';

/**
 * The setting `features`, which is this as JSON. One value serves every Region of the deployment; what a Region lacks stands
 * beside it. Names are GuardDuty's own.
 */
export interface WantedDetector {
  /** How often findings that occur again are published. */
  readonly frequency: string;
  /** Features that are on. False says only that a detector made anew must not begin with it. */
  readonly features: Readonly<Record<string, boolean>>;
  /** The same for the additional configuration of a feature. */
  readonly additional: Readonly<Record<string, Readonly<Record<string, boolean>>>>;
  /** Region -> what it lacks: `FEATURE`, or `FEATURE/ADDITIONAL`. */
  readonly unavailable: Readonly<Record<string, readonly string[]>>;
}

const DETECTOR = 'arn:{partition}:guardduty:{region}:{account}:detector/{detector}';

export const spec = defineRemediation({
  id: 'guardduty-detector-weakened',
  title: 'GuardDuty is on, with the features that the deployment asks for',
  controls: ['GuardDuty.1'],
  techniques: ['AM25', 'AM26'],
  // Not CreateDetector: whoever makes one sets its features next.
  triggers: [{ service: 'guardduty', eventNames: ['UpdateDetector', 'DeleteDetector'] }],
  findings: { config: ['guardduty-enabled-centralized'] },
  // One detector for each account and Region; a new one has another id, hence the ARN of our own.
  resource: { type: 'AWS::GuardDuty::Detector', arn: 'arn:{partition}:guardduty:{region}:{account}:detector' },
  sweep: { per: 'region' },
  disruptive: false,
  persistent: true,
  undo: never('it restores the detection of threats'),
  settings: ['features'],
  permissions: {
    read: [
      { kind: 'account', actions: ['guardduty:ListDetectors'], reason: 'Listing detectors has no resource level' },
      { kind: 'related', actions: ['guardduty:GetDetector'], arn: DETECTOR },
    ],
    write: [
      { kind: 'related', actions: ['guardduty:UpdateDetector'], arn: DETECTOR },
      {
        kind: 'account',
        actions: ['guardduty:CreateDetector'],
        reason: 'Making a detector has no resource level',
      },
      // The first detector of an account makes GuardDuty's role in the name of the caller.
      // https://docs.aws.amazon.com/guardduty/latest/ug/slr-permissions.html
      {
        kind: 'related',
        actions: ['iam:CreateServiceLinkedRole'],
        arn: 'arn:{partition}:iam::{account}:role/aws-service-role/guardduty.amazonaws.com/AWSServiceRoleForAmazonGuardDuty',
        conditions: { StringEquals: { 'iam:AWSServiceName': 'guardduty.amazonaws.com' } },
      },
    ],
  },
  calls: { read: 2, write: 1 },
});
