import { ManagedRuleGroup } from './web-firewall-options';

/** What AWS says of a managed group. */
export interface GroupFacts {
  /** Capacity that the group takes, whatever is overridden in it. */
  readonly capacity: number;
  /** Names of its rules: an override of a name that is none is ignored by AWS WAF without a word. */
  readonly rules: readonly string[];
  /** Where AWS says so. */
  readonly source: string;
}

const GUIDE = 'https://docs.aws.amazon.com/waf/latest/developerguide';

/** Capacity and rules as documented in summer 2026. AWS adds rules to a group from time to time, and keeps its capacity. */
export const GROUPS: Readonly<Record<ManagedRuleGroup, GroupFacts>> = {
  [ManagedRuleGroup.ANTI_DDOS]: {
    capacity: 50,
    rules: ['ChallengeAllDuringEvent', 'ChallengeDDoSRequests', 'DDoSRequests'],
    source: `${GUIDE}/aws-managed-rule-groups-anti-ddos.html`,
  },
  [ManagedRuleGroup.IP_REPUTATION]: {
    capacity: 25,
    rules: ['AWSManagedIPReputationList', 'AWSManagedReconnaissanceList', 'AWSManagedIPDDoSList'],
    source: `${GUIDE}/aws-managed-rule-groups-ip-rep.html`,
  },
  [ManagedRuleGroup.ANONYMOUS_IPS]: {
    capacity: 50,
    rules: ['AnonymousIPList', 'HostingProviderIPList'],
    source: `${GUIDE}/aws-managed-rule-groups-ip-rep.html`,
  },
  [ManagedRuleGroup.CORE]: {
    capacity: 700,
    rules: [
      'NoUserAgent_HEADER',
      'UserAgent_BadBots_HEADER',
      'SizeRestrictions_QUERYSTRING',
      'SizeRestrictions_Cookie_HEADER',
      'SizeRestrictions_BODY',
      'SizeRestrictions_URIPATH',
      'EC2MetaDataSSRF_BODY',
      'EC2MetaDataSSRF_COOKIE',
      'EC2MetaDataSSRF_URIPATH',
      'EC2MetaDataSSRF_QUERYARGUMENTS',
      'GenericLFI_QUERYARGUMENTS',
      'GenericLFI_URIPATH',
      'GenericLFI_BODY',
      'RestrictedExtensions_URIPATH',
      'RestrictedExtensions_QUERYARGUMENTS',
      'GenericRFI_QUERYARGUMENTS',
      'GenericRFI_BODY',
      'GenericRFI_URIPATH',
      'CrossSiteScripting_COOKIE',
      'CrossSiteScripting_QUERYARGUMENTS',
      'CrossSiteScripting_BODY',
      'CrossSiteScripting_URIPATH',
    ],
    source: `${GUIDE}/aws-managed-rule-groups-baseline.html`,
  },
  [ManagedRuleGroup.KNOWN_BAD_INPUTS]: {
    capacity: 200,
    rules: [
      'JavaDeserializationRCE_HEADER',
      'JavaDeserializationRCE_BODY',
      'JavaDeserializationRCE_URIPATH',
      'JavaDeserializationRCE_QUERYSTRING',
      'Host_localhost_HEADER',
      'PROPFIND_METHOD',
      'ExploitablePaths_URIPATH',
      'Log4JRCE_HEADER',
      'Log4JRCE_QUERYSTRING',
      'Log4JRCE_BODY',
      'Log4JRCE_URIPATH',
      'ReactJSRCE_BODY',
    ],
    source: `${GUIDE}/aws-managed-rule-groups-baseline.html`,
  },
  [ManagedRuleGroup.SQL_INJECTION]: {
    capacity: 200,
    rules: [
      'SQLi_QUERYARGUMENTS',
      'SQLiExtendedPatterns_QUERYARGUMENTS',
      'SQLi_BODY',
      'SQLiExtendedPatterns_BODY',
      'SQLiExtendedPatterns_HEADER',
      'SQLiExtendedPatterns_URIPATH',
      'SQLi_COOKIE',
      'SQLi_URIPATH',
    ],
    source: `${GUIDE}/aws-managed-rule-groups-use-case.html`,
  },
  [ManagedRuleGroup.BOT_CONTROL]: {
    capacity: 50,
    rules: [
      'CategoryAdvertising',
      'CategoryArchiver',
      'CategoryContentFetcher',
      'CategoryEmailClient',
      'CategoryHttpLibrary',
      'CategoryLinkChecker',
      'CategoryMiscellaneous',
      'CategoryMonitoring',
      'CategoryPagePreview',
      'CategoryScrapingFramework',
      'CategorySearchEngine',
      'CategorySecurity',
      'CategorySeo',
      'CategorySocialMedia',
      'CategoryWebhooks',
      'CategoryAI',
      'SignalAutomatedBrowser',
      'SignalKnownBotDataCenter',
      'SignalNonBrowserUserAgent',
      'TGT_VolumetricIpTokenAbsent',
      'TGT_TokenAbsent',
      'TGT_VolumetricSession',
      'TGT_VolumetricSessionMaximum',
      'TGT_SignalAutomatedBrowser',
      'TGT_SignalBrowserAutomationExtension',
      'TGT_SignalBrowserInconsistency',
      'TGT_ML_CoordinatedActivityLow',
      'TGT_ML_CoordinatedActivityMedium',
      'TGT_ML_CoordinatedActivityHigh',
      'TGT_TokenReuseIpLow',
      'TGT_TokenReuseIpMedium',
      'TGT_TokenReuseIpHigh',
      'TGT_TokenReuseCountryLow',
      'TGT_TokenReuseCountryMedium',
      'TGT_TokenReuseCountryHigh',
      'TGT_TokenReuseAsnLow',
      'TGT_TokenReuseAsnMedium',
      'TGT_TokenReuseAsnHigh',
    ],
    source: `${GUIDE}/aws-managed-rule-groups-bot.html`,
  },
};

/** Labels of managed groups that our own rules look at, as the pages above list them. */
export const LABELS = {
  /** Takes part in a flood; the group itself only counts it. */
  floodSource: 'awswaf:managed:aws:amazon-ip-list:AWSManagedIPDDoSList',
  /** Every label of the anonymous list: who hides, who hosts. */
  anonymous: 'awswaf:managed:aws:anonymous-ip-list:',
  /** Suspected by the Anti-DDoS group, however much. */
  flood: 'awswaf:managed:aws:anti-ddos:ddos-request',
  /** A body larger than what AWS WAF inspects. */
  largeBody: 'awswaf:managed:aws:core-rule-set:SizeRestrictions_Body',
} as const;

/** The rule of the core set that stops large bodies, and with them uploads. */
export const BODY_SIZE_RULE = 'SizeRestrictions_BODY';
