import type { ControlId, TechniqueId } from '../controls';
import { defineAnswers, type Evidence } from '../controls/evidence';

const DETECTOR = 'AWS::GuardDuty::Detector';

/** Agents (GuardDuty.7, .12, .13) are asked for by whoever owns the workload, so the defaults answer nothing there. */
export const answers = defineAnswers(
  'ThreatDetection',
  {
    controls: ['GuardDuty.1'],
    // Techniques for which GuardDuty's foundation (CloudTrail, flow logs, DNS) has finding types.
    techniques: [
      'AM01',
      'AM02',
      'AM03',
      'AM04',
      'AM05',
      'AM08',
      'AM10',
      'AM13',
      'AM15',
      'AM16',
      'AM17',
      'AM20',
      'AM22',
      'AM26',
      'AM27',
      'AM29',
      'AM31',
      'AM33',
      'AM34',
      'AM35',
      'AM37',
    ],
    says: 'GuardDuty watches the account in each covered Region and tells new findings at once, repeated ones every 15 minutes.',
    type: DETECTOR,
    properties: { Enable: true, FindingPublishingFrequency: 'FIFTEEN_MINUTES' },
  },
  feature('S3_DATA_EVENTS', 'GuardDuty.10', 'It watches accesses to objects in S3.', ['AM32', 'AM39', 'AM40']),
  feature('EKS_AUDIT_LOGS', 'GuardDuty.5', 'It watches the audit logs of EKS.'),
  feature('EBS_MALWARE_PROTECTION', 'GuardDuty.8', 'It scans volumes of suspicious instances for malware.', [
    'AM11',
    'AM41',
    'AM42',
  ]),
  feature('RDS_LOGIN_EVENTS', 'GuardDuty.9', 'It watches logins to databases.'),
  feature('LAMBDA_NETWORK_LOGS', 'GuardDuty.6', 'It watches what functions talk to.', ['AM18']),
  feature('RUNTIME_MONITORING', 'GuardDuty.11', 'It watches processes wherever its agent runs.'),
);

function feature(name: string, control: ControlId, says: string, techniques: readonly TechniqueId[] = []): Evidence {
  return {
    controls: [control],
    techniques,
    says,
    type: DETECTOR,
    properties: { Features: [{ Name: name, Status: 'ENABLED' }] },
  };
}
