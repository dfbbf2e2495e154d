import { defineControls } from '../control';

// biome-ignore format: one id a line would make this table many times as long
export const controls = defineControls({
  'NetworkFirewall.2': {
    title: 'Network firewalls write logs',
    severity: 'MEDIUM',
    meaning: 'After an incident nobody can tell what the firewall let through or stopped.',
    byHand:
      'Add destinations for flow and alert logs, one change in each call: `aws network-firewall update-logging-configuration --firewall-name NAME --logging-configuration file://LOGGING.json`.',
    gap: {
      kind: 'planned',
      reason:
        "A later version's optional inspection VPC sets up flow and alert logs for its firewall; this one deploys no firewall.",
    },
    standards: {
      'fsbp-1.0': ['NetworkFirewall.2'],
    },
  },
  'NetworkFirewall.3': {
    title: 'Firewall policies contain at least one rule group',
    severity: 'MEDIUM',
    meaning: 'The firewall stands in the path and costs money but inspects nothing.',
    byHand:
      'Add a stateful or stateless rule group to the policy: `aws network-firewall update-firewall-policy --firewall-policy-name NAME --update-token TOKEN --firewall-policy file://POLICY.json`. The token comes from describe-firewall-policy.',
    gap: {
      kind: 'planned',
      reason:
        "A later version's inspection VPC brings an allow list of domains and managed threat signatures; this version has no policy of its own.",
    },
    standards: {
      'fsbp-1.0': ['NetworkFirewall.3'],
      'pci-4.0': ['1.2.8', '1.3.1', '1.3.2', '1.4.2', '1.4.3', '1.5.1', 'A1.1.3'],
    },
  },
  'NetworkFirewall.4': {
    title: 'Firewall policies drop or inspect full packets that match no stateless rule',
    severity: 'MEDIUM',
    meaning: 'Packets that no stateless rule names pass without ever being inspected.',
    byHand:
      'Set `StatelessDefaultActions` to `aws:forward_to_sfe` or `aws:drop` in the policy and update it: `aws network-firewall update-firewall-policy --firewall-policy-name NAME --update-token TOKEN --firewall-policy file://POLICY.json`.',
    gap: {
      kind: 'planned',
      reason:
        "A later version's inspection VPC forwards all full packets to stateful inspection; the present one deploys no firewall policy.",
    },
    standards: {
      'fsbp-1.0': ['NetworkFirewall.4'],
    },
  },
  'NetworkFirewall.5': {
    title: 'Firewall policies drop or inspect fragments that match no stateless rule',
    severity: 'MEDIUM',
    meaning: 'An attacker splits packets into fragments and slips them past inspection.',
    byHand:
      'Set `StatelessFragmentDefaultActions` to `aws:forward_to_sfe` or `aws:drop` in the policy and update it: `aws network-firewall update-firewall-policy --firewall-policy-name NAME --update-token TOKEN --firewall-policy file://POLICY.json`.',
    gap: {
      kind: 'planned',
      reason:
        "Fragments are to be forwarded to stateful inspection by a later version's inspection VPC; there is no firewall policy yet.",
    },
    standards: {
      'fsbp-1.0': ['NetworkFirewall.5'],
    },
  },
  'NetworkFirewall.6': {
    title: 'Stateless rule groups contain rules',
    severity: 'MEDIUM',
    meaning: 'An empty group looks like protection in a review but filters nothing.',
    byHand:
      'Add rules with `aws network-firewall update-rule-group --rule-group-name NAME --type STATELESS --update-token TOKEN --rule-group file://RULES.json`, or take the group out of its policies and delete it.',
    gap: {
      kind: 'planned',
      reason:
        "A later version's inspection VPC is to come without empty groups; this one creates no rule groups at all.",
    },
    standards: {
      'fsbp-1.0': ['NetworkFirewall.6'],
    },
  },
  'NetworkFirewall.9': {
    title: 'Network firewalls are protected from deletion',
    severity: 'MEDIUM',
    meaning: 'A wrong command removes the firewall, and traffic then flows uninspected or not at all.',
    byHand:
      'Turn on the protection: `aws network-firewall update-firewall-delete-protection --firewall-name NAME --delete-protection`.',
    gap: {
      kind: 'planned',
      reason:
        "A later version's inspection VPC turns on delete protection for its firewall; firewalls of others stay with their owners.",
    },
    standards: {
      'fsbp-1.0': ['NetworkFirewall.9'],
    },
  },
  'NetworkFirewall.10': {
    title: 'Network firewalls are protected from changes of their subnets',
    severity: 'MEDIUM',
    meaning: 'Somebody takes a zone away from the firewall by mistake, and its traffic is cut off or goes around it.',
    byHand:
      'Turn on the protection: `aws network-firewall update-subnet-change-protection --firewall-name NAME --subnet-change-protection`.',
    gap: {
      kind: 'planned',
      reason:
        "A later version's inspection VPC locks the subnets of its firewall; this version has no firewall to lock.",
    },
    standards: {
      'fsbp-1.0': ['NetworkFirewall.10'],
    },
  },
});
