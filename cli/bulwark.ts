import { mindInterrupts } from './interrupt';
import { main } from './program';

// The package runs on Node 20; that the SDK will not some day is no news for the one who operates it.
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= 'true';
// Nobody reads any more: `bulwark runs | head`.
process.stdout.on('error', (error: NodeJS.ErrnoException) => process.exit(error.code === 'EPIPE' ? 0 : 1));
mindInterrupts();

void main(process.argv.slice(2)).then((code) => {
  process.exitCode = code;
});
