import { spawn } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative, sep } from 'node:path';

const ROOT = join(__dirname, '../..');

/** What a clone does not have, and this run has no use for. */
const LEFT_OUT = ['node_modules', '.git', '.sandbox', 'cdk.out', 'coverage'];

/** How a pasted text ended. */
export interface Ended {
  readonly code: number | null;
  /** Both outputs on a terminal, as a person sees them but for colours; only the standard output of what was not on one. */
  readonly shown: string;
  /** Empty on a terminal. */
  readonly stderr: string;
}

/**
 * A copy of the repository, in which the documents' commands can do whatever they say. It has what is built and installed
 * here: its `node_modules` is a folder of links.
 */
export class Checkout {
  public static make(): Checkout {
    const folder = mkdtempSync(join(tmpdir(), 'bulwark-checkout-'));
    const isWanted = (path: string) => {
      const [top = ''] = relative(ROOT, path).split(sep);
      return !LEFT_OUT.includes(top) && !top.startsWith('.tmp');
    };
    cpSync(ROOT, join(folder, 'cdk-bulwark'), { recursive: true, filter: isWanted });
    mkdirSync(join(folder, 'cdk-bulwark', 'node_modules'));
    for (const name of readdirSync(join(ROOT, 'node_modules')).filter((each) => each !== '.cache')) {
      symlinkSync(join(ROOT, 'node_modules', name), join(folder, 'cdk-bulwark', 'node_modules', name));
    }
    const checkout = new Checkout(folder);
    mkdirSync(join(folder, 'bin'));
    // The AWS CLI of the Python that runs the emulator, whatever else the machine has.
    writeFileSync(join(folder, 'bin', 'aws'), `#!/bin/sh\nexec "${checkout.python}" -m awscli "$@"\n`, { mode: 0o755 });
    return checkout;
  }

  /** As the sandbox chooses it. */
  public readonly python = ((venv) => process.env.BULWARK_PYTHON || (existsSync(venv) ? venv : 'python3'))(
    join(ROOT, '.sandbox/venv/bin/python'),
  );

  private constructor(private readonly scratch: string) {}

  public get folder(): string {
    return join(this.scratch, 'cdk-bulwark');
  }

  /** Runs the text in bash, line by line, on a terminal, and says yes where it asks. The first line that fails ends it. */
  public paste(text: string, env: NodeJS.ProcessEnv): Promise<Ended> {
    return this.run([this.python, join(__dirname, 'terminal.py'), 'bash', '-e', '-c', text], env);
  }

  /** Runs the text in bash as a script does, where nobody can be asked. */
  public pipe(text: string, env: NodeJS.ProcessEnv): Promise<Ended> {
    return this.run(['bash', '-e', '-c', text], env);
  }

  public remove(): void {
    rmSync(this.scratch, { recursive: true, force: true, maxRetries: 5 });
  }

  private run([command = '', ...args]: readonly string[], env: NodeJS.ProcessEnv): Promise<Ended> {
    // Not by spawnSync: the gateway that answers may live in this process.
    const child = spawn(command, args, {
      cwd: this.folder,
      env: { ...env, PATH: `${join(this.scratch, 'bin')}:${env.PATH}` },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let [shown, stderr] = ['', ''];
    child.stdout.on('data', (data: Buffer) => {
      shown += data.toString();
    });
    child.stderr.on('data', (data: Buffer) => {
      stderr += data.toString();
    });
    return new Promise((resolve, reject) => {
      child.once('error', reject);
      child.once('close', (code) => resolve({ code, shown: plain(shown), stderr }));
    });
  }
}

/** Without what moves the cursor and changes the colour. */
function plain(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: escape sequences begin with one
  return text.replaceAll(/\x1b\[[0-9;?]*[ -/]*[@-~]/g, '').replaceAll('\r\n', '\n');
}
