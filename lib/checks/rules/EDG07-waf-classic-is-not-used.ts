import type { Rule } from '../rule';

export const rule: Rule = {
  id: 'EDG07',
  title: 'Nothing is made of WAF Classic',
  severity: 'ERROR',
  resourceTypes: [
    'AWS::WAF::ByteMatchSet',
    'AWS::WAF::IPSet',
    'AWS::WAF::Rule',
    'AWS::WAF::SizeConstraintSet',
    'AWS::WAF::SqlInjectionMatchSet',
    'AWS::WAF::WebACL',
    'AWS::WAF::XssMatchSet',
    'AWS::WAFRegional::ByteMatchSet',
    'AWS::WAFRegional::GeoMatchSet',
    'AWS::WAFRegional::IPSet',
    'AWS::WAFRegional::RateBasedRule',
    'AWS::WAFRegional::RegexPatternSet',
    'AWS::WAFRegional::Rule',
    'AWS::WAFRegional::SizeConstraintSet',
    'AWS::WAFRegional::SqlInjectionMatchSet',
    'AWS::WAFRegional::WebACL',
    'AWS::WAFRegional::WebACLAssociation',
    'AWS::WAFRegional::XssMatchSet',
  ],
  controls: ['WAF.1', 'WAF.2', 'WAF.3', 'WAF.4', 'WAF.6', 'WAF.7', 'WAF.8'],
  rationale:
    'AWS ended the support of WAF Classic on September 30, 2025. It knows neither managed groups nor labels, and looks like a firewall to whoever comes across it.',
  whenNotToUse: 'While a web ACL is moved to AWS WAF. Acknowledge the finding until the day on which the old one goes.',
  check({ type }) {
    return [{ message: `${type} is part of WAF Classic. Write it anew with AWS::WAFv2::WebACL and its rules.` }];
  },
};
