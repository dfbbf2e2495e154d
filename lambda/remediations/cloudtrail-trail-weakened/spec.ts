import { defineRemediation, never } from '../../runtime/spec';

export const spec = defineRemediation({
  id: 'cloudtrail-trail-weakened',
  title: 'Baseline trail records every Region, validated, encrypted and delivered',
  controls: ['CloudTrail.1', 'CloudTrail.2', 'CloudTrail.4', 'CloudTrail.5'],
  techniques: ['AM25', 'AM27'],
  // A deleted trail cannot be made anew here; it is a trigger so that the failure is told by an alarm.
  triggers: [{ service: 'cloudtrail', eventNames: ['StopLogging', 'UpdateTrail', 'PutEventSelectors', 'DeleteTrail'] }],
  findings: {
    guardDuty: ['Stealth:IAMUser/CloudTrailLoggingDisabled'],
    config: [
      'cloudtrail-enabled',
      'cloud-trail-encryption-enabled',
      'cloud-trail-log-file-validation-enabled',
      'cloud-trail-cloud-watch-logs-enabled',
    ],
  },
  resource: {
    type: 'AWS::CloudTrail::Trail',
    arn: 'arn:{partition}:cloudtrail:{region}:{account}:trail/{trail}',
    physicalId: '{trail}',
  },
  // There is one trail that this deployment stands for, and its settings name it.
  sweep: { per: 'account' },
  disruptive: false,
  persistent: true,
  undo: never('it restores the recording of what happens'),
  // The trail this deployment stands for, and what it must deliver to. Any other trail is somebody else's.
  settings: ['trailArn', 'bucket', 'kmsKeyId', 'logGroupArn', 'deliveryRoleArn', 'eventSelectors'],
  standIns: {
    trailArn: {
      arn: 'arn:{partition}:cloudtrail:{region}:{account}:trail/{name}',
      name: ['requestParameters.name', 'requestParameters.trailName'],
    },
  },
  permissions: {
    read: [
      {
        kind: 'resource',
        actions: ['cloudtrail:GetTrail', 'cloudtrail:GetTrailStatus', 'cloudtrail:GetEventSelectors'],
      },
    ],
    write: [
      {
        kind: 'resource',
        actions: ['cloudtrail:StartLogging', 'cloudtrail:UpdateTrail', 'cloudtrail:PutEventSelectors'],
      },
      // UpdateTrail hands CloudTrail the role that writes to the log group.
      {
        kind: 'related',
        actions: ['iam:PassRole'],
        arn: '{setting.deliveryRoleArn}',
        conditions: { StringEquals: { 'iam:PassedToService': 'cloudtrail.amazonaws.com' } },
      },
    ],
  },
  calls: { read: 3, write: 3 },
});
