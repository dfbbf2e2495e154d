import { defineRemediation } from 'cdk-bulwark/remediation';

export const spec = defineRemediation({
  id: 'sqs-queue-encrypted',
  title: 'Queue encrypts its messages',
  controls: ['SQS.1'],
  severity: 'MEDIUM',
  triggers: [{ service: 'sqs', eventNames: ['SetQueueAttributes'] }],
  resource: { type: 'AWS::SQS::Queue', arn: 'arn:{partition}:sqs:{region}:{account}:{queue}' },
  sweep: { per: 'region' },
  disruptive: false,
  undo: 'exact',
  permissions: {
    read: [{ kind: 'resource', actions: ['sqs:GetQueueUrl', 'sqs:GetQueueAttributes'] }],
    list: [{ kind: 'account', actions: ['sqs:ListQueues'], reason: 'Listing queues has no resource level' }],
    write: [{ kind: 'resource', actions: ['sqs:GetQueueUrl', 'sqs:SetQueueAttributes'] }],
    undo: [{ kind: 'resource', actions: ['sqs:GetQueueUrl', 'sqs:SetQueueAttributes'] }],
  },
  calls: { read: 2, write: 2 },
});
