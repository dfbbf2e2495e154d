import { defineControls } from '../control';

// biome-ignore format: one id a line would make this table many times as long
export const controls = defineControls({
  'Opensearch.1': {
    title: 'Search domains are encrypted at rest',
    severity: 'MEDIUM',
    meaning: 'Indexes, logs and automated snapshots lie in the clear on the disks beneath.',
    byHand:
      'Turn it on, which cannot be undone and moves all data once: `aws opensearch update-domain-config --domain-name NAME --encryption-at-rest-options Enabled=true,KmsKeyId=KEY`. Elasticsearch before 6.7 needs a new domain.',
    gap: {
      kind: 'workload',
      reason:
        'Turning it on moves all data to new nodes and ties the domain to a key; its owner picks the key and the hour.',
    },
    stockRules: ['AwsSolutions-OS8', 'NIST.800.53.R5-OpenSearchEncryptedAtRest'],
    standards: {
      'fsbp-1.0': ['Opensearch.1'],
      'nist-800-53-r5': ['AU-9(3)', 'CP-9', 'SC-8(3)', 'SC-8(4)', 'SC-13', 'SC-28(1)', 'SI-19(4)'],
      'pci-4.0': ['3.5.1', '8.3.2'],
      hipaa: ['164.308(a)(1)(ii)(B)', '164.308(a)(4)(ii)(A)', '164.312(a)(2)(iv)', '164.312(e)(2)(ii)'],
      gdpr: ['Art. 32'],
      'iso27001-2022': ['A.8.11', 'A.8.24'],
    },
  },
  'Opensearch.2': {
    title: 'Search domains live in a VPC',
    severity: 'CRITICAL',
    meaning: 'The domain answers on the internet, and one loose access policy exposes all its indexes.',
    byHand:
      'It can only be set at creation: create a domain with `--vpc-options SubnetIds=SUBNET,SecurityGroupIds=GROUP` in `aws opensearch create-domain`, restore a snapshot into it and move the clients.',
    gap: {
      kind: 'workload',
      reason:
        'A public domain must be replaced by one in a VPC; its owner plans the new network path and the move of the indexes.',
    },
    stockRules: ['AwsSolutions-OS1', 'NIST.800.53.R5-OpenSearchInVPCOnly'],
    standards: {
      'fsbp-1.0': ['Opensearch.2'],
      'pci-4.0': ['1.2.8', '1.3.1', '1.3.2', '1.4.2', '1.5.1', 'A1.1.3'],
      'iso27001-2022': ['A.8.1'],
    },
  },
  'Opensearch.3': {
    title: 'Nodes of search domains talk to each other over TLS',
    severity: 'MEDIUM',
    meaning: 'Documents copied between nodes can be read by anyone who taps the network between them.',
    byHand:
      'Turn it on, which cannot be undone: `aws opensearch update-domain-config --domain-name NAME --node-to-node-encryption-options Enabled=true`. Elasticsearch before 6.7 needs a new domain.',
    gap: {
      kind: 'workload',
      reason:
        'The change replaces all nodes and cannot be taken back; the owner of the domain decides when its load allows for that.',
    },
    stockRules: ['AwsSolutions-OS2', 'NIST.800.53.R5-OpenSearchNodeToNodeEncryption'],
    standards: {
      'fsbp-1.0': ['Opensearch.3'],
      'nist-800-53-r5': [
        'AC-4', 'AC-4(22)', 'AC-24(1)', 'AU-9(3)', 'CA-9', 'PM-17', 'SC-7(4)', 'SC-8', 'SC-8(1)', 'SC-8(2)', 'SC-8(3)',
        'SC-8(4)', 'SC-8(5)', 'SC-13', 'SC-23', 'SI-1',
      ],
      'pci-4.0': ['1.2.5', '2.2.5', '2.2.7', '4.2.1', '4.2.1.1', '8.3.2'],
      hipaa: ['164.308(a)(4)(ii)(A)', '164.312(e)(1)'],
      gdpr: ['Art. 32'],
      'iso27001-2022': ['A.8.12', 'A.8.24'],
    },
  },
  'Opensearch.4': {
    title: 'Search domains send error logs to CloudWatch Logs',
    severity: 'MEDIUM',
    meaning: 'Failing queries, crashes and failed snapshots leave nothing to look at.',
    byHand:
      "Let the service write to a log group by a resource policy, then: `aws opensearch update-domain-config --domain-name NAME --log-publishing-options 'ES_APPLICATION_LOGS={CloudWatchLogsLogGroupArn=ARN,Enabled=true}'`.",
    gap: {
      kind: 'workload',
      reason: 'The team that runs the domain picks the log group and its retention, and pays for both.',
    },
    stockRules: ['NIST.800.53.R5-OpenSearchErrorLogsToCloudWatch'],
    standards: {
      'fsbp-1.0': ['Opensearch.4'],
      'nist-800-53-r5': ['AU-10'],
      'pci-4.0': ['5.3.4', '10.5.1'],
      'iso27001-2022': ['A.8.15'],
      soc2: ['A1.1'],
    },
  },
  'Opensearch.5': {
    title: 'Search domains send audit logs to CloudWatch Logs',
    severity: 'MEDIUM',
    meaning: 'Nobody can tell afterwards who signed in, and who read or changed which index.',
    byHand:
      "With fine-grained access control on, publish the log: `aws opensearch update-domain-config --domain-name NAME --log-publishing-options 'AUDIT_LOGS={CloudWatchLogsLogGroupArn=ARN,Enabled=true}'`. Then turn on audit logging in the security settings of Dashboards.",
    gap: {
      kind: 'workload',
      reason: 'What to audit, and how much log volume it may cost, is chosen inside the domain by its owner.',
    },
    standards: {
      'fsbp-1.0': ['Opensearch.5'],
      'pci-4.0': ['5.3.4', '10.5.1'],
      'iso27001-2022': ['A.8.15'],
      soc2: ['A1.1'],
    },
  },
  'Opensearch.6': {
    title: 'Search domains have three or more data nodes across zones',
    severity: 'MEDIUM',
    meaning: 'The loss of one node or zone makes the domain read-only or takes shards with it.',
    byHand:
      "Raise the count and spread the nodes: `aws opensearch update-domain-config --domain-name NAME --cluster-config 'InstanceCount=3,ZoneAwarenessEnabled=true,ZoneAwarenessConfig={AvailabilityZoneCount=3}'`. A domain in a VPC also needs a subnet per zone.",
    gap: {
      kind: 'workload',
      reason: 'Three nodes cost three times one; whether the search has to survive a zone is for its owner to say.',
    },
    standards: {
      'fsbp-1.0': ['Opensearch.6'],
    },
  },
  'Opensearch.7': {
    title: 'Search domains control access down to index and document',
    severity: 'HIGH',
    meaning: 'Whoever gets past the access policy of the domain can read and change every index.',
    byHand:
      "Turn it on, which cannot be undone: `aws opensearch update-domain-config --domain-name NAME --advanced-security-options 'Enabled=true,MasterUserOptions={MasterUserARN=ARN}'`. It needs both encryptions and enforced HTTPS; then map roles in Dashboards.",
    gap: {
      kind: 'workload',
      reason:
        'Roles have to be mapped for every client, or they lose access; the owner of the domain designs that mapping.',
    },
    standards: {
      'fsbp-1.0': ['Opensearch.7'],
      'pci-4.0': ['7.2.1', '7.2.2', '7.2.5', '7.2.6', '7.3.1', '7.3.2', '7.3.3', '8.2.7', '8.2.8', '8.3.4', '10.6.3'],
    },
  },
  'Opensearch.8': {
    title: 'Search domains accept only HTTPS with the newest TLS policy',
    severity: 'MEDIUM',
    meaning: 'Old protocol versions and plain HTTP let an attacker on the path read queries and results.',
    byHand:
      'Enforce HTTPS with a current policy: `aws opensearch update-domain-config --domain-name NAME --domain-endpoint-options EnforceHTTPS=true,TLSSecurityPolicy=Policy-Min-TLS-1-2-PFS-2023-10`.',
    gap: {
      kind: 'workload',
      reason:
        'Old clients that speak only TLS 1.0 or plain HTTP will be cut off; the owner of the domain knows whether there are any.',
    },
    standards: {
      'fsbp-1.0': ['Opensearch.8'],
    },
  },
  'Opensearch.10': {
    title: 'Search domains run the latest service software',
    severity: 'MEDIUM',
    meaning: 'Holes and faults that AWS has already fixed stay open in the domain.',
    byHand:
      'Install it at a quiet hour: `aws opensearch start-service-software-update --domain-name NAME`. For the future set `--software-update-options AutoSoftwareUpdateEnabled=true` by update-domain-config.',
    gap: {
      kind: 'workload',
      reason:
        'An update replaces nodes and may slow the search for a while; the owner of the domain chooses the window.',
    },
    standards: {
      'fsbp-1.0': ['Opensearch.10'],
      'pci-4.0': ['6.3.3'],
    },
  },
});
