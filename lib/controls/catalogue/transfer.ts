import { defineControls } from '../control';

// biome-ignore format: one id a line would make this table many times as long
export const controls = defineControls({
  'Transfer.2': {
    title: 'Transfer servers do not offer plain FTP',
    severity: 'MEDIUM',
    meaning:
      'Passwords and files pass unencrypted, so whoever listens on the network path can steal the login and alter uploads.',
    byHand:
      'Move clients to SFTP or FTPS, then drop FTP from the list: `aws transfer update-server --server-id ID --protocols SFTP`. FTPS also needs a certificate, given by `--certificate CERTIFICATE_ARN`.',
    gap: {
      kind: 'workload',
      reason:
        'FTP can go only when every partner has switched its client; the owner of the exchange has to agree on a date with each of them.',
    },
    standards: {
      'fsbp-1.0': ['Transfer.2'],
    },
  },
  'Transfer.3': {
    title: 'Transfer connectors log their file exchanges',
    severity: 'MEDIUM',
    meaning: 'A failed, missing or unwanted transfer to a partner leaves no trace of when and why it happened.',
    byHand:
      'Create a role that Transfer Family may assume and that may write to CloudWatch Logs, then set it: `aws transfer update-connector --connector-id ID --logging-role ROLE_ARN`.',
    gap: {
      kind: 'workload',
      reason:
        'The role of a connector is set where the exchange with a partner is defined; the team in charge of that exchange adds it and keeps the logs.',
    },
    standards: {
      'fsbp-1.0': ['Transfer.3'],
    },
  },
});
