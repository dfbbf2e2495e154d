import { defineControls } from '../control';

// biome-ignore format: one id a line would make this table many times as long
export const controls = defineControls({
  'SES.3': {
    title: 'Mail is sent over TLS connections only',
    severity: 'MEDIUM',
    meaning:
      'Where the receiving server offers no TLS, messages cross the internet in plain text and can be read or altered on the way.',
    byHand:
      'Require TLS for each configuration set: `aws sesv2 put-configuration-set-delivery-options --configuration-set-name NAME --tls-policy REQUIRE`. Mail to servers without TLS is then not delivered, so watch for bounces.',
    gap: {
      kind: 'workload',
      reason:
        'Requiring TLS drops mail to receivers that lack it; the sender of the mail decides whether secrecy or delivery counts for more.',
    },
    standards: {
      'fsbp-1.0': ['SES.3'],
    },
  },
});
