// Written by `npm run generate`. Do not edit.
import { answers as auditTrail } from '../audit/audit-trail.answers';
import { answers as logArchive } from '../audit/log-archive.answers';
import { answers as threatDetection } from '../detection/threat-detection.answers';
import { answers as shieldProtection } from '../edge/shield-protection.answers';
import { answers as webFirewall } from '../edge/web-firewall.answers';
import { answers as layeredNetwork } from '../network/layered-network.answers';
import { answers as autoRemediation } from '../response/auto-remediation.answers';
import { answers as ledger } from '../response/ledger.answers';
import type { ConstructAnswers } from './evidence';

/** What the constructs answer by how they are made. */
export const CONSTRUCTS: readonly ConstructAnswers[] = [
  auditTrail,
  logArchive,
  threatDetection,
  shieldProtection,
  webFirewall,
  layeredNetwork,
  autoRemediation,
  ledger,
];
