// One structured log line per thing worth knowing; never a request's body, address, query or user agent.
import { Logger } from '@aws-lambda-powertools/logger';

export interface Log {
  readonly info: (message: string, fields?: Record<string, unknown>) => void;
  readonly warn: (message: string, fields?: Record<string, unknown>) => void;
  readonly error: (message: string, fields?: Record<string, unknown>) => void;
}

/** From the most talkative to none at all. */
const LEVELS = ['DEBUG', 'INFO', 'WARN', 'ERROR', 'SILENT'];

/**
 * A JSON logger named after the function; `level` as Powertools names them (INFO, WARN, ERROR, SILENT). It is kept to
 * here, since Powertools prefers what Lambda's own log settings say, and those let metrics through.
 */
export const createLog = (serviceName: string, level = process.env.LOG_LEVEL ?? 'WARN'): Log => {
  const logger = new Logger({ serviceName, logLevel: level as 'WARN' });
  const least = LEVELS.indexOf(level);
  const write =
    (method: 'info' | 'warn' | 'error') =>
    (message: string, fields: Record<string, unknown> = {}) => {
      if (LEVELS.indexOf(method.toUpperCase()) >= least) logger[method](message, fields);
    };
  return { info: write('info'), warn: write('warn'), error: write('error') };
};
