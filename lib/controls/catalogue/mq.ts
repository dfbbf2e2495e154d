import { defineControls } from '../control';

// biome-ignore format: one id a line would make this table many times as long
export const controls = defineControls({
  'MQ.2': {
    title: 'ActiveMQ brokers send their audit logs to CloudWatch Logs',
    severity: 'MEDIUM',
    meaning: 'Nobody can tell afterwards who created users, purged queues or changed the broker.',
    byHand:
      'Turn on the log: `aws mq update-broker --broker-id ID --logs Audit=true,General=true`, then apply it with `aws mq reboot-broker --broker-id ID`. CloudWatch Logs needs a resource policy that lets Amazon MQ write.',
    gap: {
      kind: 'workload',
      reason:
        'Applying the log setting restarts the broker; its owner has to choose the hour and bear the cost of the logs.',
    },
    standards: {
      'fsbp-1.0': ['MQ.2'],
    },
  },
});
