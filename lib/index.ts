export * from './audit/audit-trail';
export * from './audit/log-archive';
export * as checks from './checks';
export * from './detection/threat-detection';
export * from './response/auto-remediation';
export * from './response/ledger';
export * from './response/regional-signals';
export { IacManaged, RemediationMode } from './response/remediation-settings';
export * from './security-baseline';
