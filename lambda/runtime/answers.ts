import { DEFAULT_QUALIFIER } from './deployment/spec';

/** Lines that a person pastes into a shell, for the messages they get. Every command takes them as they are. */
export class Answers {
  public constructor(private readonly qualifier: string) {}

  public undo(runId: string): string {
    return this.line('undo', runId);
  }

  public approve(planId: string, hash: string): string {
    return this.line('approve', planId, '--hash', hash);
  }

  public exempt(remediation: string, resourceArn: string): string {
    return this.line(
      'exempt',
      '--remediation',
      remediation,
      '--resource',
      quoted(resourceArn),
      '--owner',
      '$USER',
      '--days',
      '30',
      '--reason',
      "'say why'",
    );
  }

  public revoke(exemptionId: string): string {
    return this.line('exempt', '--revoke', exemptionId);
  }

  private line(...words: readonly string[]): string {
    const which = this.qualifier === DEFAULT_QUALIFIER ? [] : ['--qualifier', this.qualifier];
    return ['bulwark', ...words, ...which].join(' ');
  }
}

/** Quoted for a POSIX shell where it holds more than letters, digits and harmless marks. */
function quoted(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}
