import { defineControls } from '../control';

// biome-ignore format: one id a line would make this table many times as long
export const controls = defineControls({
  'CloudFront.1': {
    title: 'Distributions answer a request for their root with a default object',
    severity: 'HIGH',
    meaning: 'A request for the bare domain can return a listing of the origin and so disclose what is stored there.',
    byHand: 'Name the object: `aws cloudfront update-distribution --id ID --default-root-object index.html`.',
    gap: {
      kind: 'workload',
      reason:
        'What the bare domain has to show, or that it shows nothing, depends on the site or API behind it; its owner names the object.',
    },
    standards: {
      'fsbp-1.0': ['CloudFront.1'],
    },
  },
  'CloudFront.3': {
    title: 'Distributions serve viewers over HTTPS only',
    severity: 'MEDIUM',
    meaning: 'Pages and cookies travel in clear text, and anyone on the path can read or change them.',
    byHand:
      'Set ViewerProtocolPolicy to redirect-to-https or https-only in the default and in every other cache behavior. Put the edited config back with `aws cloudfront update-distribution --id ID --distribution-config file://CONFIG.json --if-match ETAG`.',
    standards: {
      'fsbp-1.0': ['CloudFront.3'],
    },
  },
  'CloudFront.4': {
    title: 'Distributions fail over to a second origin',
    severity: 'LOW',
    meaning: 'When the only origin is down, everything that is not cached is down with it.',
    byHand:
      'Add an origin group with two origins and the status codes that trigger the change (such as 500, 502, 503, 504), and point the cache behavior at the group. Put the edited config back with `aws cloudfront update-distribution --id ID --distribution-config file://CONFIG.json --if-match ETAG`.',
    gap: {
      kind: 'workload',
      reason:
        'A second origin has to hold the same content and costs money; the owner decides by the availability that the service has promised.',
    },
    standards: {
      'fsbp-1.0': ['CloudFront.4'],
      'iso27001-2022': ['A.8.14'],
    },
  },
  'CloudFront.5': {
    title: 'Distributions log the requests of viewers',
    severity: 'MEDIUM',
    meaning: 'After an attack on the site nobody can tell which addresses sent what, or what was served to them.',
    byHand:
      'Set Logging to Enabled with a bucket that permits ACLs and a prefix, which is the standard logging (legacy) the control looks for. Put the edited config back with `aws cloudfront update-distribution --id ID --distribution-config file://CONFIG.json --if-match ETAG`.',
    gap: {
      kind: 'workload',
      reason:
        'The logs hold addresses of viewers, so the owner of the site has to choose the bucket, the retention and who may read them.',
    },
    stockRules: ['AwsSolutions-CFR3'],
    standards: {
      'fsbp-1.0': ['CloudFront.5'],
      'cis-7.0': ['4.10'],
      'pci-4.0': [
        '5.3.4', '10.2.1', '10.2.1.1', '10.2.1.2', '10.2.1.3', '10.2.1.4', '10.2.1.5', '10.2.1.6', '10.2.1.7', '10.2.2',
        '10.3.1', '10.6.3', 'A1.2.1',
      ],
      'iso27001-2022': ['A.8.15', 'A.8.16'],
      soc2: ['A1.1', 'PI1.2'],
    },
  },
  'CloudFront.6': {
    title: 'Distributions stand behind a web ACL',
    severity: 'MEDIUM',
    meaning: 'Bots, injections and floods of requests reach the origin unfiltered from all over the world.',
    byHand:
      'Set WebACLId to the ARN of a web ACL of scope CLOUDFRONT, which lives in us-east-1. Put the edited config back with `aws cloudfront update-distribution --id ID --distribution-config file://CONFIG.json --if-match ETAG`.',
    stockRules: ['AwsSolutions-CFR2'],
    standards: {
      'fsbp-1.0': ['CloudFront.6'],
      'pci-4.0': ['1.2.8', '1.3.1', '1.3.2', '1.4.2', '1.5.1', '6.4.1', '6.4.2', 'A1.1.3'],
    },
  },
  'CloudFront.7': {
    title: 'Distributions present a certificate for their own domain',
    severity: 'LOW',
    meaning:
      'With the certificate of cloudfront.net, visitors cannot use your domain over HTTPS, and old TLS versions cannot be refused.',
    byHand:
      'Request a certificate in us-east-1, then set Aliases and ViewerCertificate (ACMCertificateArn, SSLSupportMethod sni-only, MinimumProtocolVersion TLSv1.2_2021). Put the edited config back with `aws cloudfront update-distribution --id ID --distribution-config file://CONFIG.json --if-match ETAG`.',
    stockRules: ['AwsSolutions-CFR4'],
    standards: {
      'fsbp-1.0': ['CloudFront.7'],
      'pci-4.0': [
        '1.2.8', '1.3.1', '1.3.2', '1.4.2', '1.5.1', '3.5.1.1', '3.5.1.3', '3.6.1', '3.6.1.2', '3.6.1.3', '3.6.1.4',
        '3.7.1', '3.7.2', '3.7.4', '3.7.6', '3.7.7', '4.2.1.1', 'A1.1.3',
      ],
    },
  },
  'CloudFront.8': {
    title: 'Distributions serve HTTPS by SNI instead of dedicated addresses',
    severity: 'LOW',
    meaning: 'Dedicated addresses cost hundreds of dollars a month and serve only browsers too old to be safe.',
    byHand:
      'Set SSLSupportMethod in ViewerCertificate to sni-only. Put the edited config back with `aws cloudfront update-distribution --id ID --distribution-config file://CONFIG.json --if-match ETAG`.',
    gap: {
      kind: 'workload',
      reason:
        'Whether clients without SNI still have to be served is a question for the owner of the site, who sees them in the access logs.',
    },
    stockRules: ['AwsSolutions-CFR4'],
    standards: {
      'fsbp-1.0': ['CloudFront.8'],
      'pci-4.0': ['1.2.5', '2.2.5'],
    },
  },
  'CloudFront.9': {
    title: 'Distributions speak HTTPS to their custom origins',
    severity: 'MEDIUM',
    meaning: 'What viewers send encrypted goes on in clear text over the internet from the edge to the origin.',
    byHand:
      'Set OriginProtocolPolicy of each custom origin to https-only; the origin needs a certificate that is valid for its name. Put the edited config back with `aws cloudfront update-distribution --id ID --distribution-config file://CONFIG.json --if-match ETAG`.',
    stockRules: ['AwsSolutions-CFR5'],
    standards: {
      'fsbp-1.0': ['CloudFront.9'],
      'pci-4.0': ['1.2.5', '2.2.5', '2.2.7', '4.2.1', '4.2.1.1', '8.3.2'],
      'iso27001-2022': ['A.8.24'],
    },
  },
  'CloudFront.10': {
    title: 'Distributions do not offer SSLv3 to their custom origins',
    severity: 'MEDIUM',
    meaning: 'An attacker between edge and origin can force the broken protocol and decrypt what passes.',
    byHand:
      'Leave only TLSv1.2 in OriginSslProtocols of each custom origin. Put the edited config back with `aws cloudfront update-distribution --id ID --distribution-config file://CONFIG.json --if-match ETAG`.',
    stockRules: ['AwsSolutions-CFR5'],
    standards: {
      'fsbp-1.0': ['CloudFront.10'],
      'pci-4.0': ['1.2.5', '2.2.5', '2.2.7', '4.2.1', '4.2.1.1', '8.3.2'],
    },
  },
  'CloudFront.12': {
    title: 'Distributions point only to buckets that exist',
    severity: 'HIGH',
    meaning: 'Anyone may create a bucket of the missing name and serve content of their own under your domain.',
    byHand:
      'Test each S3 origin with `aws s3api head-bucket --bucket BUCKET` and remove origins that are gone, or create the bucket in your own account again at once. Put the edited config back with `aws cloudfront update-distribution --id ID --distribution-config file://CONFIG.json --if-match ETAG`.',
    gap: {
      kind: 'workload',
      reason:
        'Only the owner of the distribution knows whether a bucket was deleted on purpose and what its behaviors have to serve instead.',
    },
    standards: {
      'fsbp-1.0': ['CloudFront.12'],
    },
  },
  'CloudFront.13': {
    title: 'Distributions reach their buckets by origin access control',
    severity: 'MEDIUM',
    meaning:
      'The bucket has to stay public or use the older access identity, so viewers can go around the edge and its filters.',
    byHand:
      'Set OriginAccessControlId on each S3 origin, with a control made by `aws cloudfront create-origin-access-control`, and allow only this distribution in the bucket policy. Put the edited config back with `aws cloudfront update-distribution --id ID --distribution-config file://CONFIG.json --if-match ETAG`.',
    stockRules: ['AwsSolutions-CFR7'],
    standards: {
      'fsbp-1.0': ['CloudFront.13'],
      'pci-4.0': ['10.3.4'],
    },
  },
  'CloudFront.15': {
    title: 'Distributions ask viewers for a recent TLS security policy',
    severity: 'MEDIUM',
    meaning: 'Viewers may negotiate old protocols and ciphers that an attacker on the path can break.',
    byHand:
      'Set MinimumProtocolVersion in ViewerCertificate to TLSv1.2_2021 or newer; this takes a certificate of your own. Put the edited config back with `aws cloudfront update-distribution --id ID --distribution-config file://CONFIG.json --if-match ETAG`.',
    stockRules: ['AwsSolutions-CFR4'],
    standards: {
      'fsbp-1.0': ['CloudFront.15'],
    },
  },
  'CloudFront.16': {
    title: 'Distributions sign their requests to Lambda function URLs',
    severity: 'MEDIUM',
    meaning:
      'The function URL has to stay open to everyone, so callers can go around the edge, its web ACL and its cache.',
    byHand:
      'Set OriginAccessControlId to a control of type lambda, AuthType AWS_IAM on the function URL, and let this distribution invoke the function and its URL. Put the edited config back with `aws cloudfront update-distribution --id ID --distribution-config file://CONFIG.json --if-match ETAG`.',
    standards: {
      'fsbp-1.0': ['CloudFront.16'],
    },
  },
  'CloudFront.17': {
    title: 'Distributions verify signed URLs and cookies with trusted key groups',
    severity: 'MEDIUM',
    meaning: 'Signing keys of the older kind belong to the root user and cannot be rotated or managed by IAM roles.',
    byHand:
      'Make a group with `aws cloudfront create-key-group`, set TrustedKeyGroups in each cache behavior and empty TrustedSigners. Put the edited config back with `aws cloudfront update-distribution --id ID --distribution-config file://CONFIG.json --if-match ETAG`.',
    gap: {
      kind: 'workload',
      reason:
        'Signed URLs make sense only for private content; the owner decides which behaviors need them, and how the signing key is kept.',
    },
    standards: {
      'fsbp-1.0': ['CloudFront.17'],
    },
  },
});
