// IAM before every call: what the caller's role does not allow is refused, and all of it is noted.
import { type AwsHandler, type AwsRequest, awsJsonError } from '../aws-endpoint.ts';
import { callOf } from './calls.ts';
import { type AwsCall, isAllowed, policiesOf } from './iam.ts';
import type { Template, Values } from './template.ts';

export type JudgedCall = AwsCall & { readonly allowed: boolean };

export interface Guard {
  /** Every call so far, those that were refused too. */
  readonly calls: readonly JudgedCall[];
  /** A handler that answers only whom its role allows to ask. */
  readonly guarded: (answer: AwsHandler) => AwsHandler;
}

export const createGuard = (template: Template, values: Values): Guard => {
  const calls: JudgedCall[] = [];
  const verdicts = new Map<string, Promise<boolean>>();
  const verdictOn = (call: AwsCall): Promise<boolean> => {
    // Of a key only its prefix tells one verdict from another.
    const { caller, action, resource, context } = call;
    const prefixes = Object.values(context).map((keys) => [...new Set(keys.map((key) => key.slice(0, 8)))].sort());
    const like = JSON.stringify([caller, action, resource, prefixes]);
    const known = verdicts.get(like) ?? isAllowed(policiesOf(template, caller, values), call);
    verdicts.set(like, known);
    return known;
  };
  const guarded = (answer: AwsHandler) => async (request: AwsRequest) => {
    const call = callOf(request);
    const allowed = await verdictOn(call);
    calls.push({ ...call, allowed });
    const refusal = `${call.caller} is not authorized to perform: ${call.action} on resource: ${call.resource}`;
    return allowed ? answer(request) : awsJsonError('AccessDeniedException', refusal);
  };
  return { calls, guarded };
};
