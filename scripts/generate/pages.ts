import type { Conditions, Permission, RemediationSpec } from '../../lambda/runtime/spec';
import type { Controls } from './read';

export function catalogue(specs: RemediationSpec[], known: Controls): string {
  const rows = specs.map((spec) => {
    const controls = spec.controls.map((id) => `${id} (${known[id]?.severity})`).join(', ');
    const events = spec.triggers.flatMap((trigger) => trigger.eventNames.map((name) => `\`${name}\``)).join(', ');
    const found = [...(spec.findings?.guardDuty ?? []), ...(spec.findings?.config ?? [])].map((each) => `\`${each}\``);
    const undo = spec.undo === 'exact' ? 'exactly' : `never: ${spec.undo.never}`;
    return `| [${spec.id}](../../lambda/remediations/${spec.id}/README.md) | ${spec.title} | ${controls} | ${events || 'no call'} | ${found.join(', ') || 'those of Security Hub'} | ${spec.disruptive ? 'proposed' : 'repaired'} | ${undo} |`;
  });
  return (
    `# Remediations\n\nEach also looks after a finding of Security Hub for one of its controls, and when a sweep comes by.\n\n` +
    '| Id | Secure state | Controls | Calls | Findings | New drift is | Taken back |\n' +
    `| --- | --- | --- | --- | --- | --- | --- |\n${rows.join('\n')}\n`
  );
}

export function permissions(specs: RemediationSpec[]): string {
  const sections = specs.map((spec) => {
    const rows = (['read', 'list', 'write', 'undo'] as const).flatMap((phase) =>
      (spec.permissions[phase] ?? []).map(
        (permission) =>
          `| ${phase} | ${permission.actions.map((action) => `\`${action}\``).join(', ')} | ${scopeOf(permission, spec)} |`,
      ),
    );
    return `## ${spec.id}\n\n| Phase | Actions | On |\n| --- | --- | --- |\n${rows.join('\n')}\n`;
  });
  return (
    `# Permissions\n\nWhat each remediation may do. Reads and lists use the one read role. Each write uses the remediation's own role, and each\n` +
    `undo another one that only the undo function may take, both narrowed by a session policy to the ARN named here.\n\n${sections.join('\n')}`
  );
}

function scopeOf(permission: Permission, spec: RemediationSpec): string {
  switch (permission.kind) {
    case 'resource':
      return `\`${spec.resource.arn}\`${whereas(permission.conditions)}`;
    case 'related':
      return `related: \`${permission.arn}\`${whereas(permission.conditions)}`;
    case 'account':
      return `\`*\`: ${permission.reason}`;
  }
}

/** The conditions of a permission, as they stand in the policy. */
function whereas(conditions: Conditions = {}): string {
  const told = Object.entries(conditions).flatMap(([operator, keys]) =>
    Object.entries(keys).map(([key, value]) => `\`${operator} ${key} ${value}\``),
  );
  return told.length === 0 ? '' : `, where ${told.join(' and ')}`;
}
