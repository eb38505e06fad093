// One structured log line per thing worth knowing; never a request's body, address, query or user agent.
import { Logger } from '@aws-lambda-powertools/logger';

export interface Log {
  readonly info: (message: string, fields?: Record<string, unknown>) => void;
  readonly warn: (message: string, fields?: Record<string, unknown>) => void;
  readonly error: (message: string, fields?: Record<string, unknown>) => void;
}

/** A JSON logger named after the function; `level` as Powertools names them (INFO, WARN, ERROR, SILENT). */
export const createLog = (serviceName: string, level = process.env.LOG_LEVEL ?? 'WARN'): Log => {
  const logger = new Logger({ serviceName, logLevel: level as 'WARN' });
  return {
    info: (message, fields = {}) => logger.info(message, fields),
    warn: (message, fields = {}) => logger.warn(message, fields),
    error: (message, fields = {}) => logger.error(message, fields),
  };
};
