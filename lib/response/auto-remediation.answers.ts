import { defineAnswers, SET } from '../controls/evidence';

export const answers = defineAnswers(
  'AutoRemediation',
  {
    controls: ['BW.12'],
    says: 'Each function takes its work from a queue of its own, and a few at a time.',
    type: 'AWS::Lambda::EventSourceMapping',
    properties: { ScalingConfig: { MaximumConcurrency: SET }, FunctionResponseTypes: ['ReportBatchItemFailures'] },
  },
  {
    controls: ['SQS.1'],
    ownOnly: true,
    says: 'The queues encrypt their messages.',
    type: 'AWS::SQS::Queue',
    properties: { SqsManagedSseEnabled: true },
  },
  {
    controls: ['Lambda.2'],
    ownOnly: true,
    says: 'The functions run on a Node.js that AWS supports.',
    type: 'AWS::Lambda::Function',
    properties: { Runtime: 'nodejs24.x' },
  },
);
