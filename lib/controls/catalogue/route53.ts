import { defineControls } from '../control';

// biome-ignore format: one id a line would make this table many times as long
export const controls = defineControls({
  'Route53.2': {
    title: 'Public hosted zones log their DNS queries',
    severity: 'MEDIUM',
    meaning: 'Lookups that reveal reconnaissance, misuse of a name or an attack on the zone are recorded nowhere.',
    byHand:
      'Create a log group in us-east-1 with a resource policy for route53.amazonaws.com, then: `aws route53 create-query-logging-config --hosted-zone-id ZONE --cloud-watch-logs-log-group-arn LOG_GROUP_ARN`.',
    gap: {
      kind: 'planned',
      reason:
        "A later version's log archive is to bring the log group and its policy for query logs; this one logs no DNS queries of zones.",
    },
    standards: {
      'fsbp-1.0': ['Route53.2'],
    },
  },
});
