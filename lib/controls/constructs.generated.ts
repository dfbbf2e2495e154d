// Written by `npm run generate`. Do not edit.
import { answers as auditTrail } from '../audit/audit-trail.answers';
import { answers as logArchive } from '../audit/log-archive.answers';
import { answers as threatDetection } from '../detection/threat-detection.answers';
import { answers as autoRemediation } from '../response/auto-remediation.answers';
import { answers as ledger } from '../response/ledger.answers';
import type { ConstructAnswers } from './evidence';

/** What the constructs answer by how they are made. */
export const CONSTRUCTS: readonly ConstructAnswers[] = [
  auditTrail,
  logArchive,
  threatDetection,
  autoRemediation,
  ledger,
];
