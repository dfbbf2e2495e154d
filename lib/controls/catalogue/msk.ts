import { defineControls } from '../control';

// biome-ignore format: one id a line would make this table many times as long
export const controls = defineControls({
  'MSK.1': {
    title: 'Kafka brokers talk to each other over TLS',
    severity: 'MEDIUM',
    meaning: 'Messages copied between brokers can be read by anyone who taps the network between them.',
    byHand:
      'The setting `InCluster` of `EncryptionInTransit` can only be chosen at creation: create a new cluster with it set to true and move the topics, for example by MSK Replicator or MirrorMaker.',
    gap: {
      kind: 'workload',
      reason:
        'An existing cluster has to be replaced for this; the team that runs it plans the move of topics and clients.',
    },
    stockRules: ['AwsSolutions-MSK3'],
    standards: {
      'fsbp-1.0': ['MSK.1'],
      'pci-4.0': ['2.2.7', '4.2.1', '4.2.1.1', '8.3.2'],
      'iso27001-2022': ['A.8.12', 'A.8.24'],
      soc2: ['CC6.7'],
    },
  },
  'MSK.3': {
    title: 'MSK Connect connectors use TLS to reach the cluster',
    severity: 'MEDIUM',
    meaning: 'Records on their way between connector and brokers can be read or changed on the network.',
    byHand:
      'It can only be set at creation: create the connector anew with `kafkaClusterEncryptionInTransit` set to encryptionType TLS and TLS bootstrap servers, then `aws kafkaconnect delete-connector --connector-arn ARN`.',
    gap: {
      kind: 'workload',
      reason: 'The connector has to be replaced without losing its offsets; whoever owns the pipeline decides when.',
    },
    standards: {
      'fsbp-1.0': ['MSK.3'],
    },
  },
  'MSK.4': {
    title: 'Kafka brokers have no public endpoints',
    severity: 'CRITICAL',
    meaning:
      'The brokers can be reached from the whole internet, and one weak credential or access rule opens all topics.',
    byHand:
      'Turn public access off: `aws kafka update-connectivity --cluster-arn ARN --current-version VERSION --connectivity-info PublicAccess={Type=DISABLED}`. Connect outside clients by private link, peering or VPN.',
    gap: {
      kind: 'workload',
      reason:
        'Clients outside the VPC may depend on the public endpoints; the owner of the cluster has to give them another path first.',
    },
    standards: {
      'fsbp-1.0': ['MSK.4'],
    },
  },
  'MSK.5': {
    title: 'MSK Connect connectors write logs',
    severity: 'MEDIUM',
    meaning: 'When a connector stalls or drops records, there is nothing to find out why or who changed it.',
    byHand:
      'It can only be set at creation: create the connector anew with `logDelivery` to CloudWatch Logs, S3 or Firehose, then remove the old one with `aws kafkaconnect delete-connector --connector-arn ARN`.',
    gap: {
      kind: 'workload',
      reason:
        'Where the worker logs go and how long they are kept is settled by the data team when it creates the connector.',
    },
    standards: {
      'fsbp-1.0': ['MSK.5'],
    },
  },
  'MSK.6': {
    title: 'Kafka clusters refuse clients that do not authenticate',
    severity: 'MEDIUM',
    meaning: 'Any machine that reaches the brokers can read and write topics under no name at all.',
    byHand:
      "Move clients to IAM, SCRAM or mutual TLS, then close the open listener: `aws kafka update-security --cluster-arn ARN --current-version VERSION --client-authentication 'Sasl={Iam={Enabled=true}},Unauthenticated={Enabled=false}'`.",
    gap: {
      kind: 'workload',
      reason:
        'Each producer and consumer must first be changed to authenticate; the teams behind them choose the method and the date.',
    },
    standards: {
      'fsbp-1.0': ['MSK.6'],
    },
  },
});
