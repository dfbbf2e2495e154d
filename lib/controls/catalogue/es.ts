import { defineControls } from '../control';

// biome-ignore format: one id a line would make this table many times as long
export const controls = defineControls({
  'ES.1': {
    title: 'Elasticsearch domains are encrypted at rest',
    severity: 'MEDIUM',
    meaning: 'Indexes, logs and automated snapshots of the domain lie unencrypted on its disks.',
    byHand:
      'From version 6.7 on run `aws es update-elasticsearch-domain-config --domain-name NAME --encryption-at-rest-options Enabled=true`, which cannot be undone. Older domains: create a new one and restore a snapshot.',
    gap: {
      kind: 'workload',
      reason:
        'Older versions have to be replaced by a new domain; the owner of the search data plans the move and the key.',
    },
    stockRules: ['AwsSolutions-OS8', 'NIST.800.53.R5-OpenSearchEncryptedAtRest'],
    standards: {
      'fsbp-1.0': ['ES.1'],
      'nist-800-53-r5': ['AU-9(3)', 'CP-9', 'SC-8(3)', 'SC-8(4)', 'SC-13', 'SC-28(1)', 'SI-19(4)'],
      'pci-4.0': ['3.5.1', '8.3.2'],
      hipaa: ['164.308(a)(1)(ii)(B)', '164.308(a)(4)(ii)(A)', '164.312(a)(2)(iv)', '164.312(e)(2)(ii)'],
      gdpr: ['Art. 32'],
      'iso27001-2022': ['A.8.11', 'A.8.24'],
    },
  },
  'ES.2': {
    title: 'Elasticsearch domains live in a VPC, out of reach of the internet',
    severity: 'CRITICAL',
    meaning: 'A single mistake in the access policy opens all indexed data to the whole internet.',
    byHand:
      'It can only be chosen at creation: create a new domain with `--vpc-options SubnetIds=SUBNET,SecurityGroupIds=GROUP`, restore a snapshot into it, move the clients and delete the old one.',
    gap: {
      kind: 'workload',
      reason: 'Clients outside the VPC need another way in before the move; the owner of the domain knows them.',
    },
    stockRules: ['AwsSolutions-OS1', 'NIST.800.53.R5-OpenSearchInVPCOnly'],
    standards: {
      'fsbp-1.0': ['ES.2'],
      'pci-4.0': ['1.2.8', '1.3.1', '1.3.2', '1.4.2', '1.5.1', 'A1.1.3'],
      'iso27001-2022': ['A.8.1'],
    },
  },
  'ES.3': {
    title: 'Elasticsearch domains encrypt the traffic between their nodes',
    severity: 'MEDIUM',
    meaning: 'Indexed records can be read on the network while nodes copy them to each other.',
    byHand:
      'From version 6.7 on run `aws es update-elasticsearch-domain-config --domain-name NAME --node-to-node-encryption-options Enabled=true`, which cannot be undone. Older domains: create a new one and restore a snapshot.',
    gap: {
      kind: 'workload',
      reason:
        'The change redeploys the domain and cannot be taken back; the owner of the domain has to test it and pick the time.',
    },
    stockRules: ['AwsSolutions-OS2', 'NIST.800.53.R5-OpenSearchNodeToNodeEncryption'],
    standards: {
      'fsbp-1.0': ['ES.3'],
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
  'ES.4': {
    title: 'Elasticsearch domains send their error logs to CloudWatch',
    severity: 'MEDIUM',
    meaning: 'Failed queries, bad mappings and storage trouble stay invisible until the search goes down.',
    byHand:
      "Allow es.amazonaws.com to write to the log group, then: `aws es update-elasticsearch-domain-config --domain-name NAME --log-publishing-options 'ES_APPLICATION_LOGS={CloudWatchLogsLogGroupArn=ARN,Enabled=true}'`.",
    gap: {
      kind: 'workload',
      reason: 'Which log group takes the errors and who looks at them is for the team that runs the search to settle.',
    },
    stockRules: ['NIST.800.53.R5-OpenSearchErrorLogsToCloudWatch'],
    standards: {
      'fsbp-1.0': ['ES.4'],
      'nist-800-53-r5': ['AU-10'],
      'pci-4.0': ['5.3.4', '10.5.1'],
      'iso27001-2022': ['A.8.15'],
      soc2: ['A1.1'],
    },
  },
  'ES.5': {
    title: 'Elasticsearch domains keep an audit log',
    severity: 'MEDIUM',
    meaning: 'Nobody can tell who read or changed which index.',
    byHand:
      "Needs fine-grained access control: switch audit logging on in Kibana, then run `aws es update-elasticsearch-domain-config --domain-name NAME --log-publishing-options 'AUDIT_LOGS={CloudWatchLogsLogGroupArn=ARN,Enabled=true}'`.",
    gap: {
      kind: 'workload',
      reason:
        'Audit logs need fine-grained access control and can be very large; the owner of the data says which actions are worth recording.',
    },
    standards: {
      'fsbp-1.0': ['ES.5'],
      'pci-4.0': ['5.3.4', '10.5.1'],
      'iso27001-2022': ['A.8.15'],
      soc2: ['A1.1'],
    },
  },
  'ES.6': {
    title: 'Elasticsearch domains have three or more data nodes across zones',
    severity: 'MEDIUM',
    meaning: 'The loss of one node or zone makes indexes unavailable or loses data.',
    byHand:
      "Add nodes and zones: `aws es update-elasticsearch-domain-config --domain-name NAME --elasticsearch-cluster-config 'InstanceCount=3,ZoneAwarenessEnabled=true,ZoneAwarenessConfig={AvailabilityZoneCount=3}'`. A domain in a VPC needs a subnet in each zone.",
    gap: {
      kind: 'workload',
      reason:
        'Three nodes cost three times as much as one; the owner decides whether the search must survive the loss of a zone.',
    },
    stockRules: ['AwsSolutions-OS7'],
    standards: {
      'fsbp-1.0': ['ES.6'],
    },
  },
  'ES.7': {
    title: 'Elasticsearch domains have three dedicated master nodes',
    severity: 'MEDIUM',
    meaning: 'Busy data nodes also have to manage the cluster, so a load peak can bring the whole domain down.',
    byHand:
      "Add them: `aws es update-elasticsearch-domain-config --domain-name NAME --elasticsearch-cluster-config 'DedicatedMasterEnabled=true,DedicatedMasterCount=3,DedicatedMasterType=TYPE'`.",
    gap: {
      kind: 'workload',
      reason: 'Small test domains do without master nodes; the owner sizes the cluster by its load and importance.',
    },
    stockRules: ['AwsSolutions-OS4'],
    standards: {
      'fsbp-1.0': ['ES.7'],
    },
  },
  'ES.8': {
    title: 'Elasticsearch domains ask for HTTPS with the newest TLS policy',
    severity: 'MEDIUM',
    meaning: 'Queries and results may travel in clear text or under an old TLS version that can be broken.',
    byHand:
      'Set both: `aws es update-elasticsearch-domain-config --domain-name NAME --domain-endpoint-options EnforceHTTPS=true,TLSSecurityPolicy=Policy-Min-TLS-1-2-PFS-2023-10`.',
    gap: {
      kind: 'workload',
      reason:
        'Old client libraries may fail under the new policy; the teams that query the domain have to upgrade them first.',
    },
    standards: {
      'fsbp-1.0': ['ES.8'],
    },
  },
});
