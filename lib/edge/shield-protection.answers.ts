import { defineAnswers, SET } from '../controls/evidence';

export const answers = defineAnswers(
  'ShieldProtection',
  {
    controls: ['BW.21'],
    ownOnly: true,
    says: 'Each resource it is given has a protection of Shield Advanced, once the subscription is there.',
    type: 'AWS::Shield::Protection',
    properties: { ResourceArn: SET },
  },
  {
    controls: ['BW.21'],
    ownOnly: true,
    says: 'An alarm tells of an attack on each of them, and missing data is no attack.',
    type: 'AWS::CloudWatch::Alarm',
    properties: { MetricName: 'DDoSDetected', TreatMissingData: 'notBreaching', AlarmActions: SET },
  },
);
