import { defineControls } from '../control';

// biome-ignore format: one id a line would make this table many times as long
export const controls = defineControls({
  'ACM.1': {
    title: 'Certificates are renewed well before they expire',
    severity: 'MEDIUM',
    meaning:
      'On the day the certificate runs out, clients refuse the connection and the service is down for everybody.',
    byHand:
      'For a certificate that ACM issued, keep its DNS validation record in place. Import a renewed one over the old: `aws acm import-certificate --certificate-arn ARN --certificate fileb://CERT.pem --private-key fileb://KEY.pem --certificate-chain fileb://CHAIN.pem`.',
    gap: {
      kind: 'planned',
      reason:
        'A later version is to bring a Config rule and an alarm for certificates within 30 days of their end; this version does not watch certificates.',
    },
    standards: {
      'fsbp-1.0': ['ACM.1'],
      'nist-800-53-r5': ['SC-7(12)', 'SC-7(16)'],
      'pci-4.0': [
        '3.5.1.1', '3.5.1.3', '3.6.1', '3.6.1.2', '3.6.1.3', '3.6.1.4', '3.7.1', '3.7.2', '3.7.4', '3.7.5', '3.7.6',
        '3.7.7', '4.2.1.1',
      ],
      hipaa: ['164.308(a)(4)(ii)(A)', '164.312(e)(1)'],
      gdpr: ['Art. 32'],
      'iso27001-2022': ['A.8.5'],
      soc2: ['CC6.7'],
    },
  },
  'ACM.2': {
    title: 'RSA certificates have keys of 2048 bits or more',
    severity: 'HIGH',
    meaning: 'A key of 1024 bits can be broken with enough computing power, and then the server can be impersonated.',
    byHand:
      'The key of a certificate cannot be changed: request a new one (`aws acm request-certificate --domain-name DOMAIN --validation-method DNS --key-algorithm RSA_2048`) or import one with a longer key. Switch the listeners over and delete the old one.',
    gap: {
      kind: 'workload',
      reason:
        'Short keys come with imported certificates; the team that imports one has to get a longer key from its certificate authority.',
    },
    standards: {
      'fsbp-1.0': ['ACM.2'],
      'pci-4.0': ['3.7.1'],
    },
  },
});
