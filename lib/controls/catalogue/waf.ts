import { defineControls } from '../control';

// biome-ignore format: one id a line would make this table many times as long
export const controls = defineControls({
  'WAF.1': {
    title: 'Global web ACLs of WAF Classic log the requests they see',
    severity: 'MEDIUM',
    meaning: 'Attacks on a CloudFront distribution leave no record of which requests were let through or blocked.',
    byHand:
      'Move the web ACL to the current AWS WAF, turn on logs there with `aws wafv2 put-logging-configuration --logging-configuration file://logging.json --region us-east-1`, then delete the one in WAF Classic.',
    standards: {
      'fsbp-1.0': ['WAF.1'],
    },
  },
  'WAF.2': {
    title: 'Regional rules of WAF Classic have conditions',
    severity: 'MEDIUM',
    meaning:
      'A rule without a condition stops nothing, so the traffic it was meant for passes while the firewall looks complete.',
    byHand:
      'Do not repair the rule: write it anew as a statement in a web ACL of the current AWS WAF. Then delete the old one: `aws waf-regional delete-rule --rule-id ID --change-token TOKEN`.',
    standards: {
      'fsbp-1.0': ['WAF.2'],
    },
  },
  'WAF.3': {
    title: 'Regional rule groups of WAF Classic have rules',
    severity: 'MEDIUM',
    meaning: 'An empty group in a regional web ACL inspects nothing, although the web ACL looks protected.',
    byHand:
      'Build a rule group with rules in the current AWS WAF if one is needed, then delete the empty one: `aws waf-regional delete-rule-group --rule-group-id ID --change-token TOKEN`.',
    standards: {
      'fsbp-1.0': ['WAF.3'],
    },
  },
  'WAF.4': {
    title: 'Regional web ACLs of WAF Classic have rules or rule groups',
    severity: 'MEDIUM',
    meaning: 'A load balancer or API stage behind an empty web ACL gets every request unfiltered.',
    byHand:
      'Detach the empty one and attach a web ACL of the current AWS WAF with rules: `aws wafv2 associate-web-acl --web-acl-arn ARN --resource-arn RESOURCE_ARN`. Then delete the empty one: `aws waf-regional delete-web-acl --web-acl-id ID --change-token TOKEN`.',
    standards: {
      'fsbp-1.0': ['WAF.4'],
    },
  },
  'WAF.6': {
    title: 'Global rules of WAF Classic have conditions',
    severity: 'MEDIUM',
    meaning: 'Requests to CloudFront that the rule was written against are never matched by it, so they get through.',
    byHand:
      'Write the rule anew as a statement in a web ACL of the current AWS WAF with scope CLOUDFRONT. Then delete the old one: `aws waf delete-rule --rule-id ID --change-token TOKEN`.',
    standards: {
      'fsbp-1.0': ['WAF.6'],
    },
  },
  'WAF.7': {
    title: 'Global rule groups of WAF Classic have rules',
    severity: 'MEDIUM',
    meaning: 'Web ACLs of distributions that rely on the empty group filter nothing at that point.',
    byHand:
      'Put the rules into a rule group of the current AWS WAF with scope CLOUDFRONT if they are needed. Then delete the empty one: `aws waf delete-rule-group --rule-group-id ID --change-token TOKEN`.',
    standards: {
      'fsbp-1.0': ['WAF.7'],
    },
  },
  'WAF.8': {
    title: 'Global web ACLs of WAF Classic have rules or rule groups',
    severity: 'MEDIUM',
    meaning: 'A distribution seems to stand behind a firewall while all requests reach its origin unchecked.',
    byHand:
      'Create a web ACL with rules in the current AWS WAF, scope CLOUDFRONT, and set its ARN as WebACLId of the distribution. Then delete the empty one: `aws waf delete-web-acl --web-acl-id ID --change-token TOKEN`.',
    standards: {
      'fsbp-1.0': ['WAF.8'],
    },
  },
  'WAF.10': {
    title: 'Web ACLs have rules or rule groups',
    severity: 'MEDIUM',
    meaning:
      'An empty web ACL applies its default action to every request, so injection and scanning attempts pass unchecked.',
    byHand:
      'Add rules such as the managed group AWSManagedRulesCommonRuleSet to the full configuration: `aws wafv2 update-web-acl --name NAME --scope REGIONAL --id ID --lock-token TOKEN --cli-input-json file://web-acl.json`. Try them in count mode first.',
    standards: {
      'fsbp-1.0': ['WAF.10'],
      'pci-4.0': ['6.4.2'],
    },
  },
  'WAF.12': {
    title: 'Rules of AWS WAF publish metrics to CloudWatch',
    severity: 'MEDIUM',
    meaning:
      'Nobody sees how often a rule matches, so neither an attack nor a rule that blocks real customers stands out.',
    byHand:
      'Set CloudWatchMetricsEnabled to true in the VisibilityConfig of the rule group and of each rule: `aws wafv2 update-rule-group --name NAME --scope REGIONAL --id ID --lock-token TOKEN --cli-input-json file://rule-group.json`.',
    standards: {
      'fsbp-1.0': ['WAF.12'],
    },
  },
});
